# Applies the list build/environment to this shell and what it will start. To be sourced, by bash.

# Whether a name is like one of the patterns that follow.
drover_is_like() {
  local name=$1 pattern
  shift
  for pattern; do
    # shellcheck disable=SC2254 # they are patterns
    case $name in
      $pattern) return 0 ;;
    esac
  done
  return 1
}

drover_clean_environment() {
  local list=$1 name hosts='' words=() unwanted=() kept=()
  while read -ra words; do
    case ${words[0]:-} in
      unset) unwanted+=("${words[@]:1}") ;;
      keep) kept+=("${words[@]:1}") ;;
      set)
        # At once: under a locale that stays, bash does not complain of those that go.
        export "${words[1]}=${words[2]}"
        kept+=("${words[1]}")
        ;;
      direct) hosts=${words[1]} ;;
    esac
  done <"$list"
  for name in $(compgen -e); do
    if drover_is_like "$name" "${unwanted[@]}" && ! drover_is_like "$name" "${kept[@]}"; then
      unset "$name"
    fi
  done
  # Programs differ in which of the two they read.
  NO_PROXY=${NO_PROXY:-}
  [ "${no_proxy:-$NO_PROXY}" = "$NO_PROXY" ] || NO_PROXY=${NO_PROXY:+$NO_PROXY,}$no_proxy
  case ,$NO_PROXY, in
    ,\*, | *",$hosts,"*) ;;
    *) NO_PROXY=${NO_PROXY:+$NO_PROXY,}$hosts ;;
  esac
  no_proxy=$NO_PROXY
  export NO_PROXY no_proxy
  # A service or a container may have none.
  if [ -z "${HOME:-}" ]; then
    unset HOME
    export HOME=~
  fi
}
