# Needs a POSIX shell with curl, sha256sum and od. No secret is an argument of a program.
imds=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
umask 077
d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT

say() { echo "drover: validation $validation: $*"; }
meta() { curl -sf -m 10 --retry 5 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/$1"; }
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
sha() { sha256sum | cut -c1-64; }

# bytes HEX MASK COUNT: so many bytes, each xor the mask; zeros where there are no more
bytes() {
  h=$1 n=0
  while [ $n -lt "$3" ]; do
    t=${h#??}
    b=${h%"$t"}
    h=$t
    v=$((0x${b:-0} ^ $2))
    printf %b "\\0$((v / 64))$((v / 8 % 8))$((v % 8))"
    n=$((n + 1))
  done
}

# hmac HEXKEY TEXT: HMAC-SHA256 in hex
hmac() {
  i=$({ bytes "$1" 54 64; printf %s "$2"; } | sha)
  { bytes "$1" 92 64; bytes "$i" 0 32; } | sha
}

# call SERVICE METHOD URL TARGET: sends $d/body signed with SigV4; the answer is $d/answer, its status $status
call() {
  : >"$d/answer"
  token=$(curl -sf -m 10 --retry 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$imds/latest/api/token")
  role=$(meta meta-data/iam/security-credentials/ | head -n 1)
  keys=$(meta "meta-data/iam/security-credentials/$role")
  id=$(printf '%s\n' "$keys" | field AccessKeyId)
  session=$(printf '%s\n' "$keys" | field Token)
  if [ -z "$id" ]; then status='no keys of a role'; return; fi
  now=$(date -u +%Y%m%dT%H%M%SZ)
  hash=$(sha <"$d/body")
  rest=${3#*://}
  host=${rest%%/*}
  list='host;x-amz-content-sha256;x-amz-date;x-amz-security-token'
  head="host:$host
x-amz-content-sha256:$hash
x-amz-date:$now
x-amz-security-token:$session
"
  if [ -n "$4" ]; then
    list="content-type;$list;x-amz-target"
    head="content-type:application/x-amz-json-1.1
${head}x-amz-target:$4
"
  fi
  scope="${now%T*}/$region/$1/aws4_request"
  asked=$(printf '%s\n/%s\n\n%s\n%s\n%s' "$2" "${rest#*/}" "$head" "$list" "$hash" | sha)
  k=$(printf 'AWS4%s' "$(printf '%s\n' "$keys" | field SecretAccessKey)" | hex)
  for part in "${now%T*}" "$region" "$1" aws4_request; do k=$(hmac "$k" "$part"); done
  signature=$(hmac "$k" "AWS4-HMAC-SHA256
$now
$scope
$asked")
  {
    echo "header = \"Authorization: AWS4-HMAC-SHA256 Credential=$id/$scope, SignedHeaders=$list, Signature=$signature\""
    echo "header = \"X-Amz-Date: $now\""
    echo "header = \"X-Amz-Content-Sha256: $hash\""
    echo "header = \"X-Amz-Security-Token: $session\""
    if [ -n "$4" ]; then
      echo 'header = "Content-Type: application/x-amz-json-1.1"'
      echo "header = \"X-Amz-Target: $4\""
      echo "data-binary = \"@$d/body\""
    fi
  } | curl -sS -m 60 -K - -o "$d/answer" -w '%{http_code}' "$3" >"$d/status"
  c=$?
  status=$(cat "$d/status")
  [ $c = 0 ] || status="$status and no whole answer (curl: $c)"
}

# notify STATUS MESSAGE TRIES
notify() {
  s=1 tries=$3
  text=$(printf %s "$2" | tr '\n\t' '  ' | tr -cd ' -~' | sed 's/[\\"]/\\&/g')
  printf '{"appId":"%s","notificationContext":{"validationId":"%s","status":"%s","statusMessage":"%s"}}' \
    "$app" "$validation" "$1" "$text" >"$d/body"
  while :; do
    call execute-api POST "$api" AWSServerMigrationService_V2016_10_24.NotifyAppValidationOutput
    if [ "$status" = 200 ]; then say "$1 is told"; return; fi
    say "$1 is not told: $status $(head -c 300 "$d/answer" 2>&1)"
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return
    sleep $s
    [ $s -ge 30 ] || s=$((s * 2))
  done
}

token=$(curl -sf -m 10 --retry 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$imds/latest/api/token")
region=$(meta meta-data/placement/region)
domain=$(meta meta-data/services/domain)
s3=${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-https://s3.$region.$domain}}
api=${AWS_ENDPOINT_URL_SMS:-$api}
notify IN_PROGRESS '' 9
: >"$d/body"
for t in 1 3 0; do
  call s3 GET "${s3%/}/$script" ''
  case $status in 200 | 40?) break ;; esac
  sleep $t
done
if [ "$status" != 200 ]; then
  notify FAILED "The script $script cannot be fetched with the role of this instance: $status" 60
  exit 1
fi
if [ ! -s "$d/answer" ]; then
  notify FAILED "The script $script is empty" 60
  exit 1
fi
cp "$d/answer" "$d/script"
chmod 700 "$d/script"
(cd "$d" && ./script) >"$d/out" 2>&1
code=$?
tail -c 4096 "$d/out"
if [ $code -eq 0 ]; then end=SUCCEEDED; else end=FAILED; fi
notify $end "exit code $code: $(tail -c 900 "$d/out")" 60
