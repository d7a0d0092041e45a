# Finds the Go that the simulated vCenter is made with. To be sourced, by bash, in the checkout's root.

# The least version, as its go.mod says.
drover_wanted_go() {
  awk '$1 == "go" { print $2 }' local-cloud/simulators/vcenter/go.mod
}

# Sets GO to one that is new enough: the user's, this machine's, or the one that a venv has from its wheel.
drover_find_go() {
  local go version
  # The wheel's own bin/go is a Python script, whose interpreter's path may hold no space.
  for go in "$(command -v go)" /usr/local/go/bin/go "$1"/lib/python3*/site-packages/go/bin/go; do
    version=$(GOTOOLCHAIN=local "$go" env GOVERSION 2>/dev/null) || continue
    if [ -x "$(dirname -- "$go")/gofmt" ] && printf '%s\n' "$(drover_wanted_go)" "${version#go}" | sort -CV; then
      GO=$go
      return 0
    fi
  done
  return 1
}
