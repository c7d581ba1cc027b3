{{- /* dynamodb-init-lib.configMap (dict "tables" TABLES "name" NAME ["labels" LABELS]): the ConfigMap that container and volume take. */}}
{{- define "dynamodb-init-lib.configMap" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name | toYaml }}
  {{- with .labels }}
  labels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
data:
  tables.json: |
    {{- include "dynamodb-init-lib.spec" . | nindent 4 }}
{{- end }}

{{- /* As JSON, for a number printed by a template may come out as 1e+06. Never through tpl: ${NAME} is the program's to replace. */}}
{{- define "dynamodb-init-lib.spec" -}}
{{- range $table := .tables }}
{{- range $table.AttributeDefinitions }}
{{- if kindIs "bool" .AttributeType }}
{{- fail (printf "table %s, attribute %v: write AttributeType: \"N\", for a bare N is a boolean in YAML" $table.TableName .AttributeName) }}
{{- end }}
{{- end }}
{{- end }}
{{- dict "Tables" .tables | toPrettyJson }}
{{- end }}
