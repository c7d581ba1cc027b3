#!/bin/bash
# run.sh: the image and the manifests of deploy/, proved by podman: real containers, real pods, AWS's DynamoDB Local on the host.
# One line per check, "ok: ..." or "FAILED: ..."; the last line is "N passed, N failed, N skipped". Where no container can run, every
# section is a skip, with the reason. Leaves nothing behind but the image and podman's build cache.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR source=harness.sh
. tests/image/harness.sh

export VERSION=${VERSION:-$(sed -n 's/^VERSION *?= //p' Makefile)}
LIMIT_IMAGE=1363148 # bytes, as a registry sends it: 1.3 MiB
LIMIT_STOP=250      # milliseconds from the signal to the end

image_configuration() {
    equal "user is numeric" 65532:65532 "$(of_image .Config.User)"
    equal "entry point" '["/usr/bin/dynamodb-init"]' "$(of_image 'json .Config.Entrypoint')"
    equal "environment is PATH alone" '["PATH=/usr/bin"]' "$(of_image 'json .Config.Env')"
    equal "no command, volume or port" "[] map[] map[]" "$(of_image .Config.Cmd) $(of_image .Config.Volumes) $(of_image .Config.ExposedPorts)"
    local key=org.opencontainers.image. want
    want=$(printf '%s\n' "${key}created" "${key}description" "${key}licenses" "${key}revision" "${key}source" "${key}title" "${key}version")
    equal "labels are the standard ones" "$want" \
        "$(podman image inspect -f '{{range $key, $value := .Config.Labels}}{{println $key}}{{end}}' "$image" | grep . | sort)"
    equal "label licenses" Apache-2.0 "$(of_image "index .Config.Labels \"${key}licenses\"")"
    equal "label version" "$VERSION" "$(of_image "index .Config.Labels \"${key}version\"")"
}

image_files() {
    mkdir "$work/layers"
    podman save --format docker-archive "$image" 2>/dev/null | tar -x -C "$work/layers"
    local folder=licenses layer list
    # The only tar files at the top are the layers.
    list=$(for layer in "$work"/layers/*.tar; do tar -tv --numeric-owner -f "$layer"; done | awk '{ print $1, $2, $6 }' | sort -u -k3)
    equal "files are the documented ones, root's, none with a special bit, none writable" "$(sort -k3 <<END
drwxr-xr-x 0/0 etc/
-rw-r--r-- 0/0 etc/group
-rw-r--r-- 0/0 etc/passwd
drwxr-xr-x 0/0 etc/ssl/
drwxr-xr-x 0/0 etc/ssl/certs/
-r--r--r-- 0/0 etc/ssl/certs/ca-certificates.crt
drwxr-xr-x 0/0 usr/
drwxr-xr-x 0/0 usr/bin/
-r-xr-xr-x 0/0 usr/bin/dynamodb-init
drwxr-xr-x 0/0 usr/share/
drwxr-xr-x 0/0 usr/share/sbom/
-r--r--r-- 0/0 usr/share/sbom/dynamodb-init.spdx.json
drwxr-xr-x 0/0 var/
drwxr-xr-x 0/0 var/lib/
drwxr-xr-x 0/0 var/lib/dpkg/
drwxr-xr-x 0/0 var/lib/dpkg/status.d/
-r--r--r-- 0/0 var/lib/dpkg/status.d/ca-certificates
-r--r--r-- 0/0 var/lib/dpkg/status.d/curl
-r--r--r-- 0/0 var/lib/dpkg/status.d/jansson
-r--r--r-- 0/0 var/lib/dpkg/status.d/musl
-r--r--r-- 0/0 var/lib/dpkg/status.d/openssl
drwxr-xr-x 0/0 $folder/
-r--r--r-- 0/0 $folder/LICENSE
-r--r--r-- 0/0 $folder/ca-certificates
-r--r--r-- 0/0 $folder/curl
-r--r--r-- 0/0 $folder/jansson
-r--r--r-- 0/0 $folder/musl
-r--r--r-- 0/0 $folder/openssl
END
    )" "$list"
    for layer in "$work"/layers/*.tar; do tar -x -C "$work/layers" -f "$layer"; done
    check "the licence is the project's" cmp LICENSE "$work/layers/$folder/LICENSE"
    for layer in ca-certificates curl jansson musl openssl; do
        check "licence of $layer is there" grep -qiE 'copyright|licen[sc]e' "$work/layers/$folder/$layer"
    done
    local bytes
    bytes=$(podman save "$image" 2>/dev/null | gzip -9 | wc -c)
    check "compressed: $bytes of $LIMIT_IMAGE bytes" [ "$bytes" -le "$LIMIT_IMAGE" ]
    for layer in usr/bin etc usr/share var "$folder"; do
        echo "image: of these $(tar -c -C "$work/layers" "$layer" | gzip -9 | wc -c): $layer"
    done
}

# The machine's other kind, cross-built; it cannot run here, but its file says what it is for (ELF's e_machine).
image_for_the_other() {
    local other=arm64 machine=183 list
    [ "$(dpkg --print-architecture)" = amd64 ] || other=amd64 machine=62
    image=
    check "the image for $other is built" build_image $other
    [ -n "$image" ] || return 0
    equal "$other: says the image" $other "$(of_image .Architecture)"
    mkdir "$work/$other"
    podman save --format docker-archive "$image" 2>/dev/null | tar -x -C "$work/$other"
    list=("$work/$other"/*.tar)
    tar -x -C "$work/$other" -f "${list[0]}" usr/bin/dynamodb-init
    equal "$other: says the program" $machine "$(od -An -tu2 -j18 -N2 "$work/$other/usr/bin/dynamodb-init" | tr -d ' ')"
}

image_runs() {
    equal "the program says the image's version" "dynamodb-init $VERSION" \
        "$(podman run "${own[@]}" --network none "$image" version | head -n 1)"
    check "found by its bare name" podman run "${own[@]}" --network none --entrypoint dynamodb-init "$image" version
    equal "it trusts the image's roots" "/etc/ssl/certs/ca-certificates.crt (default)" \
        "$(podman run "${own[@]}" --network none "$image" doctor --offline --table orders --region eu-west-1 | sed -n 's/^certificates *good *//p')"
    equal "no shell inside" 127 "$(status_of podman run "${own[@]}" --network none --entrypoint sh "$image" -c true)"
}

manifests() {
    local tool schemas status=0 folder version versions=() file
    tool=$(tests/parts/get.sh kubeconform) && schemas=$(tests/parts/get.sh kube-schemas) || status=$?
    if [ $status = 2 ]; then
        skip "the manifests against Kubernetes' schemas: this machine cannot have them"
        return
    fi
    for folder in "$schemas"/v*-standalone-strict; do
        version=$(basename "$folder" -standalone-strict)
        versions+=("$version")
        "$tool" -strict -kubernetes-version "${version#v}" -schema-location \
            "$schemas/{{.NormalizedKubernetesVersion}}-standalone{{.StrictSuffix}}/{{.ResourceKind}}{{.KindSuffix}}.json" deploy/*.yaml deploy/identity/*.yaml ||
            status=$?
    done >"$work/kubeconform" 2>&1
    equal "deploy/**.yaml fit Kubernetes ${versions[0]} to ${versions[-1]}" "0 " "$status $(cat "$work/kubeconform")"
    # What Pod Security's "restricted" wants and podman does not look at.
    for file in deploy/*.yaml; do
        check "$file: runAsNonRoot, and seccomp's RuntimeDefault" \
            awk '/^ *runAsNonRoot: true$/ { a = 1 } /^ *type: RuntimeDefault$/ { b = 1 } END { exit !(a && b) }' "$file"
    done
}

# The application of pod.yaml must not start before its table is ready: here even the endpoint comes later.
pod_waits() {
    local port pod=$prefix-waits init app playing pid status=0
    init=$pod-dynamodb-init app=$pod-app
    port=$(free_port)
    manifest deploy/pod.yaml "$pod" "$port" >"$work/$pod.yaml"
    play "$pod" >"$work/$pod.log" 2>&1 &
    playing=$!
    until_true 30 state_is "$init" running
    pid=$(pid_of "$init")
    equal "pod.yaml: no capability, no new privilege, seccomp, user and group of the image" \
        "CapBnd 0000000000000000 CapEff 0000000000000000 CapPrm 0000000000000000 Gid 65532 NoNewPrivs 1 Seccomp 2 Uid 65532" \
        "$(kernel_says "$pid" CapBnd CapEff CapPrm Gid NoNewPrivs Seccomp Uid)"
    equal "pod.yaml: root is read-only" true "$(of "$init" .HostConfig.ReadonlyRootfs)"
    equal "pod.yaml: memory limit is 16 MiB, says the kernel" 16777216 "$(memory_limit "$pid")"
    sleep 2
    equal "pod.yaml: while the endpoint is away, init runs and the application does not" "running created" \
        "$(of "$init" .State.Status) $(of "$app" .State.Status)"
    echo "    init's memory at its highest, in kB: $(kernel_says "$pid" VmHWM)"
    start_dynamodb_local "$port"
    wait $playing || status=$?
    cp "$work/$pod.log" "$work/out"
    equal "pod.yaml: podman kube play ends well" 0 $status
    equal "pod.yaml: init ended with 0" "exited 0" "$(of "$init" .State.Status) $(of "$init" .State.ExitCode)"
    until_true 10 state_is "$app" running
    local ended started
    ended=$(time_of "$init" FinishedAt) started=$(time_of "$app" StartedAt)
    check "pod.yaml: the application started after init had ended ($(((started - ended) / 1000000)) ms)" [ "$started" -gt "$ended" ]
    until_true 10 log_has "$app" '^table app: '
    equal "pod.yaml: the first thing the application sees is its table" "table app: ACTIVE" "$(podman logs "$app")"
}

pod_with_spec() {
    local port=$1 pod=$prefix-spec
    manifest deploy/pod-spec.yaml "$pod" "$port" >"$work/$pod.yaml"
    # OpenShift's kind of user: a number that no file names, in group 0.
    sed -i '/^ *capabilities:/i\        runAsUser: 1000680000\n        runAsGroup: 0' "$work/$pod.yaml"
    equal "pod-spec.yaml: podman kube play ends well" 0 "$(status_of play "$pod")"
    equal "pod-spec.yaml: init ended with 0, as user 1000680000 of group 0" "0 1000680000:0" \
        "$(of "$pod-dynamodb-init" .State.ExitCode) $(of "$pod-dynamodb-init" .Config.User)"
    equal "pod-spec.yaml: the application runs" running "$(of "$pod-app" .State.Status)"
    check "pod-spec.yaml: table app-orders is there" table_is_there "$port" app-orders
    check "pod-spec.yaml: table app-sessions is there" table_is_there "$port" app-sessions
}

pod_with_wrong_spec() {
    local port=$1 pod=$prefix-wrong
    manifest deploy/pod-spec.yaml "$pod" "$port" | sed 's/KeySchema/KeyScheme/; s/"app-/"wrong-/' >"$work/$pod.yaml"
    equal "wrong spec: podman kube play fails" 125 "$(status_of play "$pod")"
    equal "wrong spec: init ended with 65" 65 "$(of "$pod-dynamodb-init" .State.ExitCode)"
    check "wrong spec: its last line names the field" last_line_has "$pod-dynamodb-init" KeyScheme
    equal "wrong spec: the application never started" "created 0001" \
        "$(of "$pod-app" .State.Status) $(of "$pod-app" 'json .State.StartedAt' | tr -d '"' | cut -d- -f1)"
    check "wrong spec: no table was made" table_is_missing "$port" wrong-orders
}

# Everything that a strict platform takes away at once.
bare_container() {
    local port=$1
    equal "user 1000680000:0, read-only, no capability, 16 MiB, blank HOME and PATH: ends with 0" 0 "$(status_of podman run "${own[@]}" \
        --user 1000680000:0 --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --memory 16m \
        --env HOME= --env PATH= --env DYNAMODB_MAIN_TABLE_NAME=bare "$(endpoint "$port")" "$image")"
    check "and its table is there" table_is_there "$port" bare
    # podman always sets HOME; env in the other image takes everything away.
    equal "nothing in its environment but table and endpoint: ends with 0" 0 "$(status_of podman run "${own[@]}" --user 1000680000:0 \
        --entrypoint env "$wrapped" -i DYNAMODB_MAIN_TABLE_NAME=barest "$(endpoint "$port" | cut -d= -f2-)" /usr/bin/dynamodb-init)"
    check "and that table is there" table_is_there "$port" barest
}

# Another image's entry point, by COPY --from; it has a shell, so it can look about.
wrapper() {
    local port=$1 said
    said=$(podman run "${own[@]}" --env DYNAMODB_MAIN_TABLE_NAME=wrapped --env MARK=kept "$(endpoint "$port")" "$wrapped" \
        sh -c 'echo "process $$, $MARK"; exit 7' 2>"$work/wrapper.err") && status=0 || status=$?
    equal "wrapper: the program gets process 1, the environment and keeps its status" "7: process 1, kept" "$status: $said"
    check "wrapper: its table is there" table_is_there "$port" wrapped
    said=$(podman run "${own[@]}" --env DYNAMODB_MAIN_TABLE_NAME=no "$(endpoint "$port")" "$wrapped" \
        echo started 2>"$work/wrapper.err") && status=0 || status=$?
    equal "wrapper: a wrong name ends with 64, the program is not started" "64: " "$status: $said"
}

# stops CONTAINER WHERE: SIGTERM from outside, so that no client's start counts.
stops() {
    local container=$1 where=$2 pid took
    equal "SIGTERM $where: still waiting before it" running "$(of "$container" .State.Status)"
    pid=$(pid_of "$container")
    took=$("${unshare[@]}" tests/image/terminate.sh "$pid")
    check "SIGTERM $where: gone after $took ms" [ "$took" -le $LIMIT_STOP ]
    equal "SIGTERM $where: status" 143 "$(end_of "$container")"
}

# waiting NAME PODMAN-OPTION...: a container that has begun to wait for its table.
waiting() {
    local name=$prefix-$1
    shift
    podman run --detach --label "$label" --name "$name" --env DYNAMODB_MAIN_TABLE_NAME=stopped "$@" >>"$work/run.log"
}

stop_signals() {
    local silent=$1 refused
    refused=$(free_port)
    waiting silent "$(endpoint "$silent")" "$image"
    # Nobody answers on that port of the container's own loopback, and musl does not take a refusal for an answer.
    waiting lookup --dns 127.0.0.1 --env AWS_ENDPOINT_URL_DYNAMODB=http://no-such-name.invalid:8000 "$image"
    waiting refused "$(endpoint "$refused")" "$image"
    waiting wrapper "$(endpoint "$silent")" "$wrapped" echo started
    waiting kill "$(endpoint "$silent")" "$image"
    waiting stop "$(endpoint "$silent")" "$image"
    sleep 2
    stops "$prefix-silent" "while the endpoint is silent"
    stops "$prefix-lookup" "while a name is looked up"
    stops "$prefix-refused" "while connections are refused"
    stops "$prefix-wrapper" "before the wrapped program"
    equal "SIGTERM before the wrapped program: it is not started" "" "$(podman logs "$prefix-wrapper" 2>/dev/null)"

    podman kill --signal TERM "$prefix-kill" >>"$work/run.log"
    equal "podman kill --signal TERM: status" 143 "$(end_of "$prefix-kill")"
    podman stop --time 10 "$prefix-stop" >>"$work/run.log"
    equal "podman stop: status, so no SIGKILL was needed" 143 "$(end_of "$prefix-stop")"
}

stop_while_creating() {
    local port=$1
    waiting creating "$(endpoint "$port")" "$image"
    until_true 10 table_has_status "$port" stopped CREATING
    sleep 1
    stops "$prefix-creating" "while the table is being created"
    check "SIGTERM while the table is being created: it is left alone" table_has_status "$port" stopped CREATING
}

section "the manifests" manifests
section "the image's configuration" image_configuration
section "the image's files" image_files
section "the image runs" image_runs
section "the image for the other architecture" image_for_the_other
section "a pod that waits" pod_waits
section "a pod with a spec" pod_with_spec dynamodb_local
section "a pod with a wrong spec" pod_with_wrong_spec dynamodb_local
section "a bare container" bare_container dynamodb_local
section "a wrapper in another image" wrapper dynamodb_local
section "stop signals" stop_signals silence
section "a stop signal while a table is being created" stop_while_creating dynalite
summary
