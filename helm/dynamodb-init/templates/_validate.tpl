{{- /* dynamodb-init.seconds: a duration as the program reads it (240s, 4m, 1h30m, 300; none: its default), in seconds. */}}
{{- define "dynamodb-init.seconds" -}}
{{- $text := kindIs "float64" . | ternary (int64 .) . }}
{{- $text = kindIs "invalid" . | ternary "" $text | toString | default "240s" }}
{{- if regexMatch "^[0-9]+$" $text }}
{{- $text }}
{{- else }}
{{- $hours := regexFind "[0-9]+h" $text | trimSuffix "h" | default "0" | atoi }}
{{- $minutes := regexFind "[0-9]+m" $text | trimSuffix "m" | default "0" | atoi }}
{{- $seconds := regexFind "[0-9]+s" $text | trimSuffix "s" | default "0" | atoi }}
{{- add (mul $hours 3600) (mul $minutes 60) $seconds }}
{{- end }}
{{- end }}

{{- /* What the schema cannot say; every mistake at once. */}}
{{- define "dynamodb-init.validate" -}}
{{- $errors := list }}
{{- $sources := without (list (empty .Values.table | not | ternary "table" "") (empty .Values.tables | not | ternary "tables" "") (empty .Values.existingConfigMap.name | not | ternary "existingConfigMap.name" "")) "" }}
{{- if not $sources }}
{{- $errors = append $errors "no table: set tables (as CloudFormation's AWS::DynamoDB::Table spells them), table, or existingConfigMap.name" }}
{{- else if gt (len $sources) 1 }}
{{- $errors = append $errors (printf "%s: set only one of them" (join " and " $sources)) }}
{{- end }}
{{- if not .Values.image.repository }}
{{- $errors = append $errors "image.repository is empty: name the repository that you pushed the image to" }}
{{- end }}
{{- $hook := .Values.job.hook.engine }}
{{- $timeout := include "dynamodb-init.seconds" .Values.config.timeout | atoi }}
{{- if and (ne $hook "none") (eq $timeout 0) }}
{{- $errors = append $errors "config.timeout is 0: a hook must end by itself, or Helm gives up without a word from it" }}
{{- end }}
{{- with .Values.job.activeDeadlineSeconds }}
{{- if le (int .) $timeout }}
{{- $errors = append $errors (printf "job.activeDeadlineSeconds (%d) must be longer than config.timeout (%d s): a Job that is stopped loses its log" (int .) $timeout) }}
{{- end }}
{{- end }}
{{- if and (.Values.job.podFailurePolicy | default dict).enabled (eq (.Values.job.podReplacementPolicy | default "") "TerminatingOrFailed") }}
{{- $errors = append $errors "job.podReplacementPolicy is TerminatingOrFailed: beside job.podFailurePolicy Kubernetes takes Failed alone" }}
{{- end }}
{{- if and (ne $hook "none") .Values.serviceAccount.create (eq (include "dynamodb-init.serviceAccountName" .) "default") }}
{{- $errors = append $errors "serviceAccount.name is default: a hook's account is made anew on each upgrade, so it needs a name of its own" }}
{{- end }}
{{- if and .Values.credentials.existingSecret (hasKey (.Values.serviceAccount.annotations | default dict) "eks.amazonaws.com/role-arn") }}
{{- $errors = append $errors "credentials.existingSecret and a role in serviceAccount.annotations: the Secret's keys would win, set only one" }}
{{- end }}
{{- if and .Values.aws.endpointUrl (or .Values.aws.useFips .Values.aws.useDualStack) }}
{{- $errors = append $errors "aws.endpointUrl with aws.useFips or aws.useDualStack: the program refuses an address of yours with one of AWS's kinds" }}
{{- end }}
{{- if $errors }}
{{- fail (join "; " $errors) }}
{{- end }}
{{- end }}
