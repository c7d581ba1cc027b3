#!/bin/bash
# run.sh [PYTEST ARG...]: the chart under Helm 3 and Helm 4, against the API schemas of several Kubernetes versions, and, where the
# program is built, with the program. See tests/parts/suite.sh.
exec "$(dirname "$0")/../parts/suite.sh" tests/chart helm3 helm4 helm-unittest kubeconform kube-schemas kube-score helm-docs -- -n 2 "$@"
