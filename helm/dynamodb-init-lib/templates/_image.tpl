{{- /* dynamodb-init-lib.image (dict "context" . "image" {registry, repository, tag, digest}): a digest beats the tag. */}}
{{- define "dynamodb-init-lib.image" -}}
{{- include "dynamodb-init-lib.text" (dict "image.tag" .image.tag) }}
{{- $global := (.context.Values.global | default dict).imageRegistry }}
{{- $repository := required "image.repository is empty: name the repository that you pushed the image to" .image.repository }}
{{- with $global | default .image.registry }}
{{- $repository = printf "%s/%s" . $repository }}
{{- end }}
{{- if .image.digest }}
{{- printf "%s@%s" $repository .image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (.image.tag | default (include "dynamodb-init-lib.version" .)) }}
{{- end }}
{{- end }}

{{- /* The program's version that this library is made for. */}}
{{- define "dynamodb-init-lib.version" -}}
0.1.0
{{- end }}

{{- /* dynamodb-init-lib.text (dict NAME VALUE ...): fails on what YAML took for something else: a tag 1.10 comes as 1.1, a table yes as true. */}}
{{- define "dynamodb-init-lib.text" -}}
{{- range $name, $value := . }}
{{- if not (or (kindIs "string" $value) (kindIs "invalid" $value)) }}
{{- fail (printf "%s has come as the %s %v: write it in quotes" $name (kindOf $value | replace "float64" "number" | replace "int64" "number") $value) }}
{{- end }}
{{- end }}
{{- end }}
