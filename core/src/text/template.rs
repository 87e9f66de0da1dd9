//! Templates: texts with names in curly brackets, into which values are put.

/// Puts parameters into `{name}`; once over the template, so that a value is never read as a name.
pub(crate) fn fill(template: &str, parameters: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = parameters.iter().find(|(known, _)| *known == name)?;
            Some((value, tail))
        });
        rest = match value {
            Some((value, tail)) => {
                out.push_str(value);
                tail
            }
            None => {
                out.push('{');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_read_as_a_name() {
        let parameters = [("x", "{y}"), ("y", "1")];
        assert_eq!(fill("a {x} b {y} {", &parameters), "a {y} b 1 {");
    }
}
