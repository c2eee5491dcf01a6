/** Ignored unless `.baleignore` takes a name back with `!`. Gitignore syntax. */
export const DEFAULT_IGNORES: readonly string[] = [
  // Version control
  ".git",
  ".hg/",
  ".svn/",
  ".bzr/",
  ".jj/",
  ".sl/",
  "CVS/",
  // Packages and environments that a tool makes again
  "node_modules/",
  ".venv/",
  "venv/",
  ".tox/",
  ".nox/",
  // Caches
  "__pycache__/",
  "*.pyc",
  ".cache/",
  ".pytest_cache/",
  ".mypy_cache/",
  ".ruff_cache/",
  ".ipynb_checkpoints/",
  ".dvc/cache/",
  ".dvc/tmp/",
  ".terraform/",
  // Operating systems and editors
  ".DS_Store",
  "._*",
  ".Spotlight-V100/",
  ".Trashes/",
  ".fseventsd/",
  "Thumbs.db",
  "desktop.ini",
  "$RECYCLE.BIN/",
  ".nfs*",
  "*.swp",
  "*~",
  ".idea/",
  // Bale's own
  ".bale-ensure.json",
];
