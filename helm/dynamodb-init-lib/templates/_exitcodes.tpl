{{- /* The program's exit statuses, for Jobs and restart rules. The lists must ascend without a repetition, or the API server refuses them. */}}

{{- /* No retry of any kind can cure these: usage, spec, file, table cannot be had, denied, table differs. */}}
{{- define "dynamodb-init-lib.permanent" -}}
[64, 65, 66, 73, 77, 78]
{{- end }}

{{- /* A restart in place may cure these: endpoint out of reach, internal error, out of time. 67, no identity, wants a new pod. */}}
{{- define "dynamodb-init-lib.transient" -}}
[69, 70, 75]
{{- end }}
