//! The keywords of JSON Schema: <https://json-schema.org/draft/2020-12/schema>, its earlier drafts, OpenAPI's.

use super::zone::Zone;

/// The zone of a keyword's value.
pub(super) fn keyword(key: &str) -> Zone {
    match key {
        "properties" | "patternProperties" | "dependentRequired" | "dependentSchemas" | "dependencies"
        | "$defs" | "definitions" => Zone::Names,
        "type" | "format" | "$schema" | "contentEncoding" | "contentMediaType" => Zone::Label,
        // A value that the caller chose.
        "const" | "enum" | "default" | "example" | "examples" => Zone::Free,
        _ if is_keyword(key) => Zone::Schema,
        _ => Zone::Free,
    }
}

/// Whether the name is the schema's own, and not the caller's.
pub(super) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

const KEYWORDS: &[&str] = &[
    "$anchor",
    "$comment",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "discriminator",
    "else",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "id",
    "if",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "propertyOrdering",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];
