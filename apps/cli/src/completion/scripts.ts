/** Shells for which there is a script. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

// A colon and an equals sign break words in bash: what stands before the last of them is taken off each candidate again.
const BASH = `# bash completion for bale. Load it with: source <(bale completion bash)
_bale() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() answer candidate prefix
  read -ra words <<<"$line"
  [[ "$line" == *" " ]] && words+=("")
  answer="$("\${words[0]}" completion bash --complete -- "\${words[@]:1}" 2>/dev/null)" || return
  local typed="\${words[-1]}" current="\${COMP_WORDS[COMP_CWORD]}"
  [[ "$current" == ":" || "$current" == "=" ]] && current=""
  prefix="\${typed%"$current"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    if [[ "$candidate" == ":files" ]]; then
      compopt -o default
    elif [[ -n "$candidate" && "$candidate" == "$typed"* ]]; then
      COMPREPLY+=("\${candidate#"$prefix"}")
    fi
  done <<<"$answer"
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *[:/] ]] && compopt -o nospace
  return 0
}
complete -F _bale bale
`;

const ZSH = `#compdef bale
# zsh completion for bale. Load it with: source <(bale completion zsh)
_bale() {
  local -a candidates described
  local line value says files
  while IFS=$'\\t' read -r value says; do
    if [[ "$value" == ":files" ]]; then
      files=1
    elif [[ -n "$value" ]]; then
      candidates+=("$value")
      described+=("$value\${says:+  -- $says}")
    fi
  done < <("\${words[1]}" completion zsh --complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#candidates} )) && compadd -d described -a candidates
  [[ -n "$files" ]] && _files
  return 0
}
compdef _bale bale
`;

const FISH = `# fish completion for bale. Load it with: bale completion fish | source
function __bale_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] completion fish --complete -- $words[2..] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c bale -f -a '(__bale_complete)'
`;

/** A script that asks `bale` itself at each completion, so that it never has to be made anew. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
