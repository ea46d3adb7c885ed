//! A table that reads as well on a terminal as in Markdown.

/// Lines of cells, the first of them the headings, each column as wide as its widest cell. The first
/// `left` columns hold text; the others figures, which stand at the right.
#[must_use]
pub fn table(lines: &[Vec<String>], left: usize) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let rule = widths.iter().enumerate().map(|(column, width)| match column {
        column if column < left => format!("|:{}", "-".repeat(width + 1)),
        _ => format!("|{}:", "-".repeat(width + 1)),
    });
    let rule = rule.collect::<String>() + "|\n";
    let mut text = String::new();
    for (number, line) in lines.iter().enumerate() {
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            text += &if column < left { format!("| {cell:<width$} ") } else { format!("| {cell:>width$} ") };
        }
        text += "|\n";
        if number == 0 {
            text += &rule;
        }
    }
    text
}

/// A number with so many digits after the point, and commas between thousands.
#[must_use]
pub fn number(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.find('.').and_then(|point| text.split_at_checked(point)).unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let zero = text.chars().all(|character| matches!(character, '0' | '.'));
    format!("{}{grouped}{rest}", if value < 0.0 && !zero { "−" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::{number, table};

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let lines = [["what", "µs"], ["median", "1,234"]].map(|line| line.map(str::to_owned).to_vec());
        assert_eq!(table(&lines, 1), "| what   |    µs |\n|:-------|------:|\n| median | 1,234 |\n");
    }

    #[test]
    fn numbers() {
        let cases = [(0.0, 0, "0"), (999.6, 0, "1,000"), (1_234_567.0, 0, "1,234,567"), (12.345, 1, "12.3")];
        for (value, digits, text) in cases {
            assert_eq!(number(value, digits), text);
        }
        assert_eq!(number(-1_234.5, 1), "−1,234.5");
        assert_eq!(number(-0.01, 1), "0.0");
    }
}
