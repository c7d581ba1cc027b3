{{- /*
dynamodb-init-lib.env (dict "context" . "values" VALUES): the variables, a JSON array.
Nothing is written that is empty: an empty AWS_ variable would keep EKS from injecting its own. Nought is not: it is no deadline. No name stands twice, which
server-side apply refuses: extraEnv takes the place of ours.
*/}}
{{- define "dynamodb-init-lib.env" -}}
{{- $values := .values }}
{{- $config := $values.config | default dict }}
{{- $aws := $values.aws | default dict }}
{{- include "dynamodb-init-lib.text" (dict "table" $values.table "config.tablePrefix" $config.tablePrefix "aws.region" $aws.region) }}
{{- $ours := list }}
{{- range $pair := list
      (list "DYNAMODB_INIT_TABLE" $values.table)
      (list "DYNAMODB_INIT_TIMEOUT" $config.timeout)
      (list "DYNAMODB_INIT_TABLE_PREFIX" $config.tablePrefix)
      (list "DYNAMODB_INIT_ON_EXISTING" $config.onExisting)
      (list "DYNAMODB_INIT_ON_DRIFT" $config.onDrift)
      (list "DYNAMODB_INIT_ON_FAILURE" $config.onFailure)
      (list "DYNAMODB_INIT_PROBE" $config.probe)
      (list "DYNAMODB_INIT_MAX_PARALLEL" $config.maxParallel)
      (list "DYNAMODB_INIT_LOG_FORMAT" $config.logFormat)
      (list "DYNAMODB_INIT_LOG_LEVEL" $config.logLevel)
      (list "DYNAMODB_INIT_CREDENTIALS" $aws.credentials)
      (list "AWS_REGION" $aws.region)
      (list "AWS_ENDPOINT_URL_DYNAMODB" $aws.endpointUrl)
      (list "AWS_USE_DUALSTACK_ENDPOINT" $aws.useDualStack)
      (list "AWS_USE_FIPS_ENDPOINT" $aws.useFips) }}
{{- $value := last $pair }}
{{- if or $value (has (kindOf $value) (list "float64" "int64")) }}
{{- $text := kindIs "float64" $value | ternary (int64 $value) $value | toString }}
{{- $ours = append $ours (dict "name" (first $pair) "value" $text) }}
{{- end }}
{{- end }}
{{- with ($aws.caBundle | default dict).configMap }}
{{- $ours = append $ours (dict "name" "AWS_CA_BUNDLE" "value" "/etc/dynamodb-init-ca/ca.crt") }}
{{- end }}
{{- $credentials := $values.credentials | default dict }}
{{- $keys := mergeOverwrite (dict "accessKeyId" "AWS_ACCESS_KEY_ID" "secretAccessKey" "AWS_SECRET_ACCESS_KEY" "sessionToken" "") ($credentials.keys | default dict) }}
{{- with $credentials.existingSecret }}
{{- $secret := . }}
{{- range $pair := list (list "AWS_ACCESS_KEY_ID" $keys.accessKeyId) (list "AWS_SECRET_ACCESS_KEY" $keys.secretAccessKey) (list "AWS_SESSION_TOKEN" $keys.sessionToken) }}
{{- if last $pair }}
{{- $ours = append $ours (dict "name" (first $pair) "valueFrom" (dict "secretKeyRef" (dict "name" $secret "key" (last $pair)))) }}
{{- end }}
{{- end }}
{{- end }}
{{- $theirs := list }}
{{- with $values.extraEnv }}
{{- $theirs = tpl (toYaml .) $.context | fromYamlArray }}
{{- end }}
{{- $named := dict }}
{{- range $theirs }}
{{- if hasKey $named .name }}
{{- fail (printf "extraEnv names %s twice: Helm 4 and Flux would install nothing" .name) }}
{{- end }}
{{- $_ := set $named .name true }}
{{- end }}
{{- $env := list }}
{{- range $ours }}
{{- if not (hasKey $named .name) }}
{{- $env = append $env . }}
{{- end }}
{{- end }}
{{- concat $env $theirs | toJson }}
{{- end }}
