#!/bin/bash
# table-status.sh HOST PORT TABLE: the table's status, or "missing", without the product and with nothing but bash.
set -eu

body="{\"TableName\":\"$3\"}"
exec 3<>"/dev/tcp/$1/$2"
printf '%s\r\n' 'POST / HTTP/1.1' "Host: $1:$2" 'Connection: close' 'Content-Type: application/x-amz-json-1.0' \
    'X-Amz-Date: 20260101T000000Z' 'X-Amz-Target: DynamoDB_20120810.DescribeTable' \
    'Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' \
    "Content-Length: ${#body}" '' >&3
printf %s "$body" >&3
answer=$(cat <&3)
case $answer in
*'"TableStatus":"'*)
    status=${answer#*\"TableStatus\":\"}
    status=${status%%\"*}
    ;;
*ResourceNotFoundException*) status=missing ;;
*)
    echo "$answer" >&2
    exit 1
    ;;
esac
echo "table $3: $status"
