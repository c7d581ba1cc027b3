{{- define "dynamodb-init.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "dynamodb-init.fullname" -}}
{{- $name := include "dynamodb-init.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- /* A name may be 123 or 1e3: toYaml puts what YAML would not take for text in quotes. */}}
{{- define "dynamodb-init.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dynamodb-init.name" . | toYaml }}
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
{{- end }}

{{- define "dynamodb-init.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "dynamodb-init.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "dynamodb-init.serviceAccountName" -}}
{{- default (ternary (include "dynamodb-init.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{- /*
dynamodb-init.metadata (dict "context" . "name" NAME "before" N ["labels" ...] ["annotations" ...]): metadata of an object of the
release or of the hook. before: how much earlier than the Job in Helm's weights, ten of which are a wave of Argo CD. Helm orders hooks of
one weight by name and not by kind, so what the Job needs must be strictly earlier. What the Job needs is never removed on success: Argo CD
would remove it before the pod starts.
*/}}
{{- define "dynamodb-init.metadata" -}}
{{- $values := .context.Values }}
{{- $hook := $values.job.hook }}
{{- $annotations := dict }}
{{- if eq $hook.engine "helm" }}
{{- $annotations = dict "helm.sh/hook" (join "," $hook.events) "helm.sh/hook-weight" (sub (int $hook.weight) .before | toString) }}
{{- with empty .before | not | ternary (list "before-hook-creation") $hook.deletePolicy }}
{{- $_ := set $annotations "helm.sh/hook-delete-policy" (join "," .) }}
{{- end }}
{{- if and (not .before) $hook.outputLogPolicy }}
{{- $_ := set $annotations "helm.sh/hook-output-log-policy" (join "," $hook.outputLogPolicy) }}
{{- end }}
{{- else if eq $hook.engine "argocd" }}
{{- $annotations = dict "argocd.argoproj.io/hook" "PreSync" "argocd.argoproj.io/sync-wave" (sub (int $hook.weight) (div .before 10) | toString) "argocd.argoproj.io/hook-delete-policy" "BeforeHookCreation" }}
{{- end }}
{{- $annotations = merge $annotations (.annotations | default dict) ($values.commonAnnotations | default dict) }}
name: {{ .name | toYaml }}
namespace: {{ $values.namespaceOverride | default .context.Release.Namespace | toYaml }}
labels:
  {{- merge (include "dynamodb-init.labels" .context | fromYaml) (.labels | default dict) ($values.commonLabels | default dict) | toYaml | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* dynamodb-init.failurePolicy: "true" where the Job has a podFailurePolicy, or nothing: Kubernetes has none before 1.26. */}}
{{- define "dynamodb-init.failurePolicy" -}}
{{- if and (.Values.job.podFailurePolicy | default dict).enabled (semverCompare ">=1.26-0" .Capabilities.KubeVersion.Version) }}true{{ end }}
{{- end }}

{{- /* dynamodb-init.parameters: what the library is handed. A value set to null is gone from .Values: that means none, so they are complete. */}}
{{- define "dynamodb-init.parameters" -}}
{{- $image := merge (dict "tag" (.Values.image.tag | default .Chart.AppVersion)) .Values.image }}
{{- $values := merge (dict "image" $image) (omit .Values "image" "global") }}
{{- dict "complete" true "values" $values "configMap" (empty .Values.tables | not | ternary (include "dynamodb-init.fullname" .) "") | toJson }}
{{- end }}

{{- /* dynamodb-init.podLabels, .podAnnotations: what Job and test give their pods, so that meshes and identities treat both alike. */}}
{{- define "dynamodb-init.podLabels" -}}
{{- $mesh := .Values.mesh.disableInjection | default false | ternary (dict "sidecar.istio.io/inject" "false") dict }}
{{- merge (include "dynamodb-init.selectorLabels" . | fromYaml) $mesh (.Values.podLabels | default dict) (.Values.commonLabels | default dict) | toYaml }}
{{- end }}

{{- define "dynamodb-init.podAnnotations" -}}
{{- $mesh := .Values.mesh.disableInjection | default false | ternary (dict "linkerd.io/inject" "disabled") dict }}
{{- merge $mesh (.Values.podAnnotations | default dict) (.Values.commonAnnotations | default dict) | toYaml }}
{{- end }}

{{- /* dynamodb-init.pod (dict "context" . "command" COMMAND): the pod's spec, for the Job and for the test. */}}
{{- define "dynamodb-init.pod" -}}
{{- $values := .context.Values }}
{{- $parameters := include "dynamodb-init.parameters" .context | fromJson }}
{{- $_ := set $parameters "context" .context }}
{{- $_ := set $parameters.values "command" .command }}
restartPolicy: Never # podFailurePolicy wants it, and the log of a failed attempt stays
serviceAccountName: {{ include "dynamodb-init.serviceAccountName" .context | toYaml }}
automountServiceAccountToken: {{ $values.serviceAccount.automountServiceAccountToken }}
{{- range $key := list "enableServiceLinks" "terminationGracePeriodSeconds" "hostUsers" }}
{{- if not (kindIs "invalid" (index $values $key)) }}
{{ pick $values $key | toYaml }}
{{- end }}
{{- end }}
{{- $secrets := list }}
{{- range concat (($values.global | default dict).imagePullSecrets | default list) ($values.imagePullSecrets | default list) }}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) }}
{{- end }}
{{- with uniq $secrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "dynamodb-init-lib.adapted" (dict "context" .context "given" ($values.podSecurityContext | default dict)) | fromYaml }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $key := list "priorityClassName" "runtimeClassName" "schedulerName" "dnsPolicy" "dnsConfig" "hostAliases" "nodeSelector" "tolerations" "affinity" "topologySpreadConstraints" }}
{{- with get $values $key }}
{{ dict $key . | toYaml }}
{{- end }}
{{- end }}
containers:
  - {{- include "dynamodb-init-lib.container" $parameters | nindent 4 }}
{{- with include "dynamodb-init-lib.volume" $parameters | fromYamlArray }}
volumes:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
