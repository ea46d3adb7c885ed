//! The keys as tables for people: `docs/CONFIG.md`.

use std::fmt::Write as _;

use spillway_filter::config::format::{Format, Key, ROOT, Shape, Unknown};

const HEAD: &str = "\
# Every key of a gateway's file

The file is LiteLLM's `config.yaml`, with a section `spillway_settings` for what LiteLLM has no name for. This page is
written by `spillway schema --format markdown`, from the tables that `spillway check` reads by; do not edit it.

Editors complete and mark the file with the [JSON Schema](../schema/spillway.schema.json), which says the same. For the
YAML language server (VS Code, Neovim, Helix, …), write its address or path in the first line:

```yaml
# yaml-language-server: $schema=schema/spillway.schema.json
```

`spillway check FILE` tells every problem with its line; `spillway check --explain FILE` tells what the file amounts to.
A text may be `os.environ/NAME` everywhere, and so may numbers and `true` or `false`. What is left empty (`null`) counts
as not written. Nothing else is looked up: a credential such as `${NAME}`, `{{ .Values.key }}` or `<your-key>` is an error,
in the file and in a variable.

Below each mapping's keys stand LiteLLM's that have **no effect** here, with what happens instead: `check` warns of
them. It refuses those that would be unsafe to leave aside. A `*` stands for anything. A key that stands nowhere on
this page is told as unknown.
";

/// The whole page.
#[must_use]
pub fn markdown() -> String {
    let mut page = HEAD.to_owned();
    for format in super::all(&ROOT) {
        mapping(&mut page, format);
    }
    page
}

// Writing to a text cannot fail.
fn mapping(page: &mut String, format: &Format) {
    let _ = writeln!(page, "\n## `{}`", format.name);
    if format.unknown == Unknown::Refused {
        page.push_str("\nA key that is not known is an error here.\n");
    }
    if format.keys().next().is_some() {
        page.push_str("\n| key | value | |\n|---|---|---|\n");
    }
    for Key { name, shape: value, says, required } in format.keys() {
        let needed = if *required { " (required)" } else { "" };
        let _ = writeln!(page, "| `{name}` | {} | {}{needed} |", escaped(&shape(*value)), escaped(says));
    }
    notes(page, "No effect", format.ignored);
    notes(page, "Refused", format.refused);
}

fn notes(page: &mut String, title: &str, notes: &[(&str, &str)]) {
    if notes.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n| {title} | instead |\n|---|---|");
    for (names, note) in notes {
        let names: Vec<String> = names.split(' ').map(|name| format!("`{name}`")).collect();
        let _ = writeln!(page, "| {} | {} |", names.join(" "), escaped(note));
    }
}

fn shape(shape_: Shape) -> String {
    match shape_ {
        Shape::Text => "text".to_owned(),
        Shape::Secret => "credential".to_owned(),
        Shape::Flag => "true or false".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Whole => "whole number".to_owned(),
        Shape::Word(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Shape::List(inner) => format!("list of {}", shape(*inner)),
        Shape::Map(inner) => format!("names to {}", shape(*inner)),
        Shape::Of(format) => format!("[{}](#{})", format.name, format.name),
        Shape::OneOf(shapes) => shapes.iter().map(|one| shape(*one)).collect::<Vec<_>>().join(" or "),
        Shape::Any => "anything".to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
