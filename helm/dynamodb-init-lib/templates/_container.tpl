{{- /*
dynamodb-init-lib.container (dict "context" . "values" VALUES ["configMap" NAME]): one container, for initContainers or containers.
VALUES has the names of the chart dynamodb-init, all of them optional but image.repository. The tables: VALUES.tables in the
ConfigMap NAME (see configMap), VALUES.existingConfigMap, or VALUES.table.
It is always called dynamodb-init: Job policies and EKS's annotations name it so.
*/}}
{{- define "dynamodb-init-lib.container" -}}
{{- $values := .values }}
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
{{- with hasKey $values "resources" | ternary $values.resources (include "dynamodb-init-lib.resources" . | fromYaml) }}
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
requests:
  cpu: 10m
  memory: 16Mi
limits:
  memory: 64Mi
{{- end }}

{{- /* What Pod Security "restricted" asks of a container. No user's number: the image has one, and OpenShift gives its own. */}}
{{- define "dynamodb-init-lib.securityContext" -}}
{{- $values := .values }}
{{- $ours := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "runAsNonRoot" true "capabilities" (dict "drop" (list "ALL")) "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- $given := hasKey $values "securityContext" | ternary $values.securityContext $ours | default dict }}
{{- include "dynamodb-init-lib.adapted" (dict "context" .context "given" $given) }}
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
