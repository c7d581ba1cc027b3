{{- /* dynamodb-init-lib.image (dict "context" . "image" {registry, repository, tag, digest}): a digest beats the tag. */}}
{{- define "dynamodb-init-lib.image" -}}
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
