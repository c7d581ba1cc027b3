{{- /* The program's exit statuses, for Jobs and restart rules. The lists must ascend without a repetition, or the API server refuses them. */}}

{{- /* No retry of any kind can cure these: usage, spec, file, table cannot be had, denied, table differs. */}}
{{- define "dynamodb-init-lib.permanent" -}}
[64, 65, 66, 73, 77, 78]
{{- end }}

{{- /*
dynamodb-init-lib.failureRules COMMAND: the rules of a Job's podFailurePolicy. What a new attempt may cure (67 no identity, 69 endpoint
out of reach, 70 internal error, 75 out of time) meets no rule and counts against backoffLimit.
*/}}
{{- define "dynamodb-init-lib.failureRules" -}}
{{- $codes := include "dynamodb-init-lib.permanent" . | fromYamlArray -}}
- action: Ignore # evicted, preempted, node drained: not the program's failure
  onPodConditions:
    - type: DisruptionTarget
      status: "True" # the default, but Kubernetes before 1.35 demands it
- action: FailJob
  onExitCodes:
    containerName: dynamodb-init
    operator: In
    values: {{ eq . "plan" | ternary (prepend $codes 1) $codes | toJson }}
  onPodConditions: [] # Kubernetes before 1.29 demands it
{{- end }}

{{- /* A restart in place may cure these: endpoint out of reach, internal error, out of time. 67, no identity, wants a new pod. */}}
{{- define "dynamodb-init-lib.transient" -}}
[69, 70, 75]
{{- end }}
