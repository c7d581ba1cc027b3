{{- /* dynamodb-init-lib.volume (as container): the pod's volumes, a list of none, one or two. */}}
{{- define "dynamodb-init-lib.volume" -}}
{{- $values := .values }}
{{- $existing := $values.existingConfigMap | default dict }}
{{- with $existing.name | default .configMap }}
- name: dynamodb-init
  configMap:
    name: {{ . | toYaml }}
    {{- if and $existing.name $existing.key (ne $existing.key "tables.json") }}
    items:
      - key: {{ $existing.key | toYaml }}
        path: tables.json
    {{- end }}
{{- end }}
{{- $ca := ($values.aws | default dict).caBundle | default dict }}
{{- with $ca.configMap }}
- name: dynamodb-init-ca
  configMap:
    name: {{ . | toYaml }}
    items:
      - key: {{ $ca.key | default "ca.crt" | toYaml }}
        path: ca.crt
{{- end }}
{{- with $values.extraVolumes }}
{{ tpl (toYaml .) $.context }}
{{- end }}
{{- end }}

{{- /* dynamodb-init-lib.mounts (as container): where the program looks for the tables, and the rest. */}}
{{- define "dynamodb-init-lib.mounts" -}}
{{- $values := .values }}
{{- if or ($values.existingConfigMap | default dict).name .configMap }}
- name: dynamodb-init
  mountPath: /etc/dynamodb-init
  readOnly: true
{{- end }}
{{- with (($values.aws | default dict).caBundle | default dict).configMap }}
- name: dynamodb-init-ca
  mountPath: /etc/dynamodb-init-ca
  readOnly: true
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ tpl (toYaml .) $.context }}
{{- end }}
{{- end }}
