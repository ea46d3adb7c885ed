# shellcheck shell=bash
# Credentials: from variables and files of secrets into the files from which Envoy reads them (SDS). Sourced.
#
# A secret is named after its variable: `openai-api-key` is OPENAI_API_KEY. Which there are, and the header that each
# is sent in, is in the rendered configuration, where each has these lines, in this order:
#
#     path: FOLDER/openai-api-key.yaml
#     header: authorization

# Files of a folder, each named like a variable, become that variable, unless it is set. Docker and Kubernetes mount
# secrets so.
read_secret_files() {
    local file name
    for file in "$1"/*; do
        name=${file##*/}
        [[ -f $file && $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ && -z ${!name+set} ]] || continue
        export "$name=$(<"$file")"
    done
}

# The variable that a secret is named after: the one that becomes the name when it is put in lower case, with `-` for
# `_`. A variable that two providers send in different headers is two secrets; the second ends in `-2`.
variable_of() {
    local name=$1 variable stem
    if [[ $name == ledger-token ]]; then
        echo SPILLWAY_LEDGER_TOKEN
        return
    fi
    while read -r variable; do
        stem=${variable,,}
        stem=${stem//_/-}
        if [[ $stem == "$name" ]]; then
            echo "$variable"
            return
        fi
    done < <(compgen -e)
    [[ $name =~ ^(.+)-[0-9]+$ ]] && variable_of "${BASH_REMATCH[1]}"
}

# What a header carries: keys go into `authorization` as bearer tokens; a value with a scheme is there as it is.
header_value() {
    local header=$1 value=$2
    [[ $header == authorization && $value != *' '* ]] && value="Bearer $value"
    printf '%s' "$value"
}

# A text between double quotes of YAML.
quoted() {
    local text=$1
    text=${text//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# One SDS file, complete as soon as it has its name.
write_secret() {
    local folder=$1 name=$2 value=$3
    printf '%s\n' 'resources:' \
        '- "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret' \
        "  name: $name" "  generic_secret: {secret: {inline_string: $(quoted "$value")}}" >"$folder/.$name"
    mv "$folder/.$name" "$folder/$name.yaml"
}

# Writes one credential, or says which variable is missing.
write_credential() {
    local folder=$1 name=$2 header=$3 variable value
    variable=$(variable_of "$name") || {
        printf 'gateway: secret %s belongs to no variable: write the key as os.environ/NAME in the file\n' "$name" >&2
        return 1
    }
    value=${!variable:-}
    if [[ -z $value || $value == *[[:cntrl:]]* ]]; then
        printf 'gateway: %s is empty or unset, or has a line break or another control character\n' "$variable" >&2
        return 1
    fi
    write_secret "$folder" "$name" "$(header_value "$header" "$value")"
}

# Writes every credential that a rendered configuration names; tells of all that are missing.
write_credentials() {
    local configuration=$1 folder=$2 line name='' missing=0
    mkdir -p "$folder"
    while IFS= read -r line; do
        if [[ $line =~ ^\ +path:\ "$folder"/([^/]+)\.yaml$ ]]; then
            name=${BASH_REMATCH[1]}
        elif [[ -n $name && $line =~ ^\ +header:\ ([a-z0-9-]+)$ ]]; then
            write_credential "$folder" "$name" "${BASH_REMATCH[1]}" || missing=1
            name=
        fi
    done <"$configuration"
    return "$missing"
}
