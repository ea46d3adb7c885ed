{{/* Names, labels and images, which templates share. */}}

{{- define "spillway.name" -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) -}}
{{- .Values.fullnameOverride | default $both | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "spillway.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "spillway.name" .) "default" .Values.serviceAccount.create) -}}
{{- end }}

{{/* What a part's pods are selected by: (dict "root" $ "part" "gateway"). It must not change between versions. */}}
{{- define "spillway.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "spillway.labels" -}}
{{ include "spillway.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "spillway.image" -}}
{{- $image := .root.Values.image -}}
{{- $digest := (index .root.Values .part).digest -}}
{{- $version := ternary (printf "@%s" $digest) (printf ":%s" ($image.tag | default .root.Chart.AppVersion)) (ne $digest "") -}}
{{ $image.repository }}/{{ .part }}{{ $version }}
{{- end }}

{{- define "spillway.secret" -}}
{{- required "secrets.existingSecret: name a Secret with SPILLWAY_LEDGER_TOKEN, SPILLWAY_MASTER_KEY and the providers' keys" .Values.secrets.existingSecret -}}
{{- end }}

{{- define "spillway.ledgerAddress" -}}
{{- if .Values.ledger.enabled -}}
{{ include "spillway.name" . }}-ledger:{{ .Values.ledger.service.port }}
{{- else -}}
{{ required "gateway.ledgerAddress: name the ledger (HOST:PORT), for ledger.enabled is false" .Values.gateway.ledgerAddress }}
{{- end -}}
{{- end }}

{{/* Of a container: nothing that it does not need. */}}
{{- define "spillway.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Of a pod: a user without a name, whose group owns its volumes: (dict "id" 10001). */}}
{{- define "spillway.user" -}}
runAsNonRoot: true
runAsUser: {{ .id }}
runAsGroup: {{ .id }}
fsGroup: {{ .id }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{/* Where pods may run: the values of a part that Kubernetes takes as they are. */}}
{{- define "spillway.placement" }}
{{- range $key := list "nodeSelector" "tolerations" "affinity" }}
{{- with index $.values $key }}
{{- printf "%s:%s\n" $key (toYaml . | nindent 2) }}
{{- end }}
{{- end }}
{{- end }}

{{/* Egress to the cluster's name servers. */}}
{{- define "spillway.dns" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end }}
