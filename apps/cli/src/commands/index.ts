import type { CommandDefinition } from "../definition/command-definition.js";
import { add } from "./add.js";
import { apply } from "./apply.js";
import { cat } from "./cat.js";
import { clone } from "./clone.js";
import { completion } from "./completion.js";
import { configGet, configList, configSet, configUnset } from "./config.js";
import { copy } from "./copy.js";
import { diff } from "./diff.js";
import { doctor } from "./doctor.js";
import { ensure } from "./ensure.js";
import { exportCommand } from "./export.js";
import { gc } from "./gc.js";
import { help } from "./help.js";
import { importCommand } from "./import.js";
import { init } from "./init.js";
import { log } from "./log.js";
import { login } from "./login.js";
import { logout } from "./logout.js";
import { ls } from "./ls.js";
import { manifest } from "./manifest.js";
import { pluginsDoctor } from "./plugins-doctor.js";
import { pluginsLs } from "./plugins-ls.js";
import { pull } from "./pull.js";
import { push } from "./push.js";
import { quickstart } from "./quickstart.js";
import { registryDoctor } from "./registry-doctor.js";
import { registryLs } from "./registry-ls.js";
import { registryPing } from "./registry-ping.js";
import { remove } from "./remove.js";
import { repack } from "./repack.js";
import { restore } from "./restore.js";
import { roles } from "./roles.js";
import { show } from "./show.js";
import { status } from "./status.js";
import { storageCheck } from "./storage-check.js";
import { storageExplain } from "./storage-explain.js";
import { storageLs } from "./storage-ls.js";
import { storageMigrate } from "./storage-migrate.js";
import { tag } from "./tag.js";
import { tags } from "./tags.js";
import { untag } from "./untag.js";
import { verify } from "./verify.js";
import { version } from "./version.js";

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CommandDefinition[] = [
  init,
  clone,
  quickstart,
  add,
  remove,
  status,
  diff,
  restore,
  push,
  pull,
  apply,
  copy,
  exportCommand,
  importCommand,
  repack,
  tag,
  untag,
  ensure,
  ls,
  show,
  cat,
  manifest,
  tags,
  roles,
  log,
  verify,
  login,
  logout,
  registryPing,
  registryDoctor,
  registryLs,
  storageLs,
  storageExplain,
  storageCheck,
  storageMigrate,
  gc,
  configGet,
  configSet,
  configUnset,
  configList,
  doctor,
  pluginsLs,
  pluginsDoctor,
  completion,
  help,
  version,
];
