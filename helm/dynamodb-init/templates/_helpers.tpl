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

{{- define "dynamodb-init.selectorLabels" -}}
app.kubernetes.io/name: {{ include "dynamodb-init.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{- define "dynamodb-init.image" -}}
{{- $repository := required "image.repository is empty: name the repository that you pushed the image to" .Values.image.repository }}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}

{{- /* As JSON, for a number printed by a template may come out as 1e+06. Never through tpl: ${NAME} is the program's to replace. */}}
{{- define "dynamodb-init.spec" -}}
{{- if not .Values.tables }}
{{- fail "tables is empty: name at least one table, as CloudFormation's AWS::DynamoDB::Table spells it" }}
{{- end }}
{{- range $table := .Values.tables }}
{{- range $table.AttributeDefinitions }}
{{- if kindIs "bool" .AttributeType }}
{{- fail (printf "table %s, attribute %v: write AttributeType: \"N\", for a bare N is a boolean in YAML" $table.TableName .AttributeName) }}
{{- end }}
{{- end }}
{{- end }}
{{- dict "Tables" .Values.tables | toPrettyJson }}
{{- end }}
