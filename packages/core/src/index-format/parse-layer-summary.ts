import {
  comparePaths,
  type JsonValue,
  type LayerSummary,
  LIMITS,
  parseBundlePath,
  type TableRef,
} from "@bale/spec";
import type { JsonShape } from "../json/json-shape.js";
import type { IndexErrors } from "./index-error.js";

function parseTableRef(value: JsonValue, where: string, shape: JsonShape, errors: IndexErrors): TableRef {
  const table = shape.object(value, where);
  const ref: TableRef = {
    digest: shape.digest(table["digest"], `${where}.digest`),
    size: shape.count(table["size"], `${where}.size`),
    files: shape.count(table["files"], `${where}.files`),
    first: parseBundlePath(shape.text(table["first"], `${where}.first`)),
  };
  if (ref.files === 0 || ref.size === 0) throw errors.invalid(`${where} is an empty table`);
  if (ref.files > LIMITS.tableRows) throw errors.limit(`${where} has more than ${LIMITS.tableRows} rows`);
  if (ref.size > LIMITS.tableDecodedBytes)
    throw errors.limit(`${where} has more than ${LIMITS.tableDecodedBytes} bytes`);
  return ref;
}

/** One layer of a root: tables in ascending order, their rows adding up to the layer's files. */
export function parseLayerSummary(
  value: JsonValue | undefined,
  where: string,
  shape: JsonShape,
  errors: IndexErrors,
): LayerSummary {
  const layer = shape.object(value, where);
  const tableValues = shape.array(layer["tables"], `${where}.tables`);
  if (tableValues.length > LIMITS.tables)
    throw errors.limit(`${where} has more than ${LIMITS.tables} tables`);
  const tables = tableValues.map((table, index) =>
    parseTableRef(table, `${where}.tables[${index}]`, shape, errors),
  );
  const summary: LayerSummary = {
    digest: shape.digest(layer["digest"], `${where}.digest`),
    files: shape.count(layer["files"], `${where}.files`),
    size: shape.count(layer["size"], `${where}.size`),
    tables,
  };
  let rows = 0;
  let previous: TableRef | undefined;
  for (const table of tables) {
    rows += table.files;
    if (previous && comparePaths(previous.first, table.first) >= 0)
      throw errors.invalid(`${where}.tables are not sorted by their first paths`);
    previous = table;
  }
  if (rows !== summary.files)
    throw errors.invalid(`${where} has ${summary.files} files, but its tables have ${rows} rows`);
  if (summary.files === 0 && summary.size !== 0) throw errors.invalid(`${where} has bytes without files`);
  return summary;
}
