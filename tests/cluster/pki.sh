# shellcheck shell=bash disable=SC2154
# Certificates and kubeconfigs of one run, thrown away with it; sourced by up.sh. All in $state/pki.

# issued NAME SUBJECT [ALTERNATIVE NAMES]: by the run's authority; with names it is a server's.
issued() {
    local file=$state/pki/$1 use=clientAuth
    [ $# -lt 3 ] || use=serverAuth
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$file.key" -subj "$2" -out "$file.csr" 2>/dev/null
    openssl x509 -req -in "$file.csr" -CA "$state/pki/ca.crt" -CAkey "$state/pki/ca.key" -days 30 -out "$file.crt" \
        -extfile <(echo "extendedKeyUsage=$use${3:+$'\n'subjectAltName=$3}") 2>/dev/null
}

# kubeconfig USER FILE: whole in itself, so that a copy of it works anywhere.
kubeconfig() {
    local kubectl=("$state/bin/kubectl" config --kubeconfig "$2")
    {
        "${kubectl[@]}" set-cluster test --server "https://$gateway:6443" --embed-certs --certificate-authority "$state/pki/ca.crt"
        "${kubectl[@]}" set-credentials "$1" --embed-certs --client-certificate "$state/pki/$1.crt" --client-key "$state/pki/$1.key"
        "${kubectl[@]}" set-context test --cluster test --user "$1"
        "${kubectl[@]}" use-context test
    } >/dev/null
}

certificates() {
    local user in
    mkdir "$state/pki"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$state/pki/ca.key" -subj /CN=cluster.test -days 30 \
        -out "$state/pki/ca.crt" 2>/dev/null
    in=kubernetes.default.svc
    issued apiserver /CN=kube-apiserver \
        "IP:$gateway,IP:$services.1,DNS:kubernetes,DNS:kubernetes.default,DNS:$in,DNS:$in.cluster.local"
    issued kubelet-server "/O=system:nodes/CN=system:node:$node" "IP:$gateway,DNS:$node"
    issued apiserver-client /O=system:masters/CN=apiserver
    issued admin /O=system:masters/CN=admin
    issued kubelet "/O=system:nodes/CN=system:node:$node"
    for user in controller-manager scheduler proxy; do
        issued $user "/CN=system:kube-$user"
    done
    for user in kubelet controller-manager scheduler proxy; do
        kubeconfig $user "$state/pki/$user.kubeconfig"
    done
    kubeconfig admin "$state/kubeconfig"
    # Tokens of service accounts are RS256, as EKS signs them: STS takes no other.
    openssl genrsa -out "$state/pki/tokens.key" 2048 2>/dev/null
    openssl rsa -in "$state/pki/tokens.key" -pubout -out "$state/pki/tokens.pub" 2>/dev/null
}
