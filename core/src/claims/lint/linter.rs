//! What all checks share: the token, and how they report a finding.

use std::borrow::Cow;

use crate::claims::recognition::Recognition;
use crate::claims::section::Section;
use crate::jose::Token;
use crate::text::{Diagnostic, Severity, Span};

/// A token, the moment at which it is checked, and the findings so far.
pub(super) struct Linter<'a> {
    pub(super) token: &'a Token,
    pub(super) recognition: &'a Recognition,
    pub(super) header: Section<'a>,
    pub(super) payload: Section<'a>,
    pub(super) now: i64,
    pub(super) findings: Vec<Diagnostic>,
}

impl Linter<'_> {
    /// A finding about the whole token.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        self.report(Severity::Warning, None, code, message.into(), help);
    }

    /// A finding at a claim of the payload.
    pub(super) fn warn_at(
        &mut self,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let span = self.payload.span_of_value(name);
        self.report(Severity::Warning, span, code, message.into(), help);
    }

    /// Something worth knowing at a claim of the payload.
    pub(super) fn info_at(
        &mut self,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let span = self.payload.span_of_value(name);
        self.report(Severity::Info, span, code, message.into(), help);
    }

    /// A finding at a parameter of the header.
    pub(super) fn header_at(
        &mut self,
        severity: Severity,
        name: &str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        help: &'static str,
    ) {
        let span = self.header.span_of_value(name);
        self.report(severity, span, code, message.into(), help);
    }

    fn report(
        &mut self,
        severity: Severity,
        span: Option<Span>,
        code: &'static str,
        message: Cow<'static, str>,
        help: &'static str,
    ) {
        self.findings.push(Diagnostic {
            severity,
            span,
            ..Diagnostic::warning(code, message).help(help)
        });
    }

    /// Whether the payload is complete: in a token that was cut off, a missing claim tells nothing.
    pub(super) fn is_whole(&self) -> bool {
        self.payload.json().is_some_and(|json| json.is_complete())
    }
}
