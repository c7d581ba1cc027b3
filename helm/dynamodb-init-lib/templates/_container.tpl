{{- /*
dynamodb-init-lib.container (dict "context" . "values" VALUES ["configMap" NAME] ["complete" true]): one container, for initContainers or
containers. VALUES has the names of the chart dynamodb-init, all of them optional but image.repository. The tables: VALUES.tables in the
ConfigMap NAME (see configMap), VALUES.existingConfigMap, or VALUES.table. complete: VALUES has its own defaults, as a values.yaml has them.
It is always called dynamodb-init: Job policies and EKS's annotations name it so.
*/}}
{{- define "dynamodb-init-lib.container" -}}
{{- $values := .values | default dict }}
{{- $image := $values.image | default dict }}
name: dynamodb-init
image: {{ include "dynamodb-init-lib.image" (dict "context" .context "image" $image) | quote }}
imagePullPolicy: {{ $image.pullPolicy | default "IfNotPresent" }}
args:
  - {{ $values.command | default "ensure" }}
  {{- range $values.extraArgs }}
  - {{ tpl . $.context | quote }}
  {{- end }}
{{- with include "dynamodb-init-lib.env" . | fromJsonArray }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.extraEnvFrom }}
envFrom:
  {{- tpl (toYaml .) $.context | nindent 2 }}
{{- end }}
{{- with include "dynamodb-init-lib.resources" . | fromYaml }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "dynamodb-init-lib.securityContext" . | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
terminationMessagePolicy: {{ $values.terminationMessagePolicy | default "FallbackToLogsOnError" }}
{{- if and $values.failFast (semverCompare ">=1.35-0" .context.Capabilities.KubeVersion.Version) }}
# What no restart can cure fails the pod at once; before Kubernetes 1.35 these fields do not exist.
restartPolicy: Never
restartPolicyRules:
  - action: Restart
    exitCodes:
      operator: In
      values: {{ include "dynamodb-init-lib.transient" . }}
{{- end }}
{{- with include "dynamodb-init-lib.mounts" . | fromYamlArray }}
volumeMounts:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Small, for a quota refuses a pod without them, and an init container's requests do not add up with the application's. */}}
{{- define "dynamodb-init-lib.resources" -}}
{{- $ours := dict "requests" (dict "cpu" "10m" "memory" "16Mi") "limits" (dict "memory" "64Mi") }}
{{- include "dynamodb-init-lib.over" (dict "parameters" . "name" "resources" "ours" $ours) }}
{{- end }}

{{- /* What Pod Security "restricted" asks of a container. No user's number: the image has one, and OpenShift gives its own. */}}
{{- define "dynamodb-init-lib.securityContext" -}}
{{- $ours := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- $given := include "dynamodb-init-lib.over" (dict "parameters" . "name" "securityContext" "ours" $ours) | fromYaml }}
{{- include "dynamodb-init-lib.adapted" (dict "context" .context "given" $given) }}
{{- end }}

{{- /*
dynamodb-init-lib.over (dict "parameters" PARAMETERS "name" NAME "ours" DEFAULT): a value of that name over its default, key by key, as
Helm lays values over a values.yaml; null is none at all.
*/}}
{{- define "dynamodb-init-lib.over" -}}
{{- $given := get .parameters.values .name | default dict }}
{{- $null := and (hasKey .parameters.values .name) (kindIs "invalid" (get .parameters.values .name)) }}
{{- or .parameters.complete $null | ternary $given (mergeOverwrite .ours $given) | toYaml }}
{{- end }}

{{- /*
dynamodb-init-lib.adapted (dict "context" . "given" CONTEXT): a security context, a container's or a pod's, without the numbers that
OpenShift refuses, where global.compatibility.openshift.adaptSecurityContext says so: force always, auto on OpenShift.
*/}}
{{- define "dynamodb-init-lib.adapted" -}}
{{- $compatibility := (.context.Values.global | default dict).compatibility | default dict }}
{{- $adapt := ($compatibility.openshift | default dict).adaptSecurityContext }}
{{- $openshift := .context.Capabilities.APIVersions.Has "security.openshift.io/v1" }}
{{- if or (eq $adapt "force") (and (eq $adapt "auto") $openshift) }}
{{- omit .given "runAsUser" "runAsGroup" "fsGroup" | toYaml }}
{{- else }}
{{- toYaml .given }}
{{- end }}
{{- end }}
