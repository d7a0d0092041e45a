# Finds a JDK 25, which need not be this machine's default, and exports JAVA_HOME. To be sourced, by bash or sh.
# Without one it says so in one sentence and ends the shell with code 3.

# Whether a folder is the home of a JDK 25: by its release file, else by asking it.
drover_is_jdk25() {
  [ -x "$1/bin/javac" ] || return 1
  if [ -r "$1/release" ]; then
    grep -q '^JAVA_VERSION="25[."+-]' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | grep -q '"25[."+-]'
  fi
}

drover_find_jdk25() {
  if [ -n "${JAVA_HOME:-}" ] && drover_is_jdk25 "$JAVA_HOME"; then
    return 0
  fi
  _drover_java=$(command -v java 2>/dev/null || true)
  if [ -n "$_drover_java" ]; then
    _drover_java=$(readlink -f "$_drover_java" 2>/dev/null || echo "$_drover_java")
  fi
  # By ~ and not by HOME, which a service may not have.
  for _drover_home in "${_drover_java%/bin/java}" /usr/lib/jvm/* /opt/* /opt/*/* ~/.sdkman/candidates/java/* \
    ~/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home ~/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$_drover_home" ] && drover_is_jdk25 "$_drover_home"; then
      JAVA_HOME=$_drover_home
      export JAVA_HOME
      return 0
    fi
  done
  return 1
}

if ! drover_find_jdk25; then
  echo "Drover needs a JDK 25 and found none (looked at JAVA_HOME, java on PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks): install one, for example Eclipse Temurin 25 from https://adoptium.net, and set JAVA_HOME to it." >&2
  exit 3
fi
export JAVA_HOME
