//! The types of an expression's parts, as Prometheus's `checkAST` checks them and in its words.

use super::ast::*;
use super::error::ParseError;
use super::go;
use super::lexer::is_space;
use crate::labels::METRIC_NAME;
use crate::source::Span;

/// Checks the whole tree and completes it: set operators become many-to-many, and the matching of operations that are
/// not between two vectors is dropped. Fails with all errors found, inner ones first.
pub(super) fn check(expr: &mut Expr, text: &str) -> Result<(), Vec<ParseError>> {
    let mut check = Check {
        text: text.as_bytes(),
        errors: Vec::new(),
    };
    check.expr(expr);
    if check.errors.is_empty() {
        Ok(())
    } else {
        Err(check.errors)
    }
}

struct Check<'t> {
    text: &'t [u8],
    errors: Vec<ParseError>,
}

impl Check<'_> {
    fn expr(&mut self, expr: &mut Expr) -> ValueType {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Number(_) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Vector(selector) => {
                self.selector(selector, span);
                ValueType::Vector
            }
            ExprKind::Matrix(matrix) => {
                self.selector(&matrix.selector, matrix.selector_span);
                ValueType::Matrix
            }
            ExprKind::Subquery(subquery) => {
                let inner = self.expr(&mut subquery.expr);
                if inner != ValueType::Vector {
                    let got = inner.as_str();
                    self.error(
                        span,
                        format!("subquery is only allowed on instant vector, got {got} instead"),
                    );
                }
                ValueType::Matrix
            }
            ExprKind::Call(call) => self.call(call, span),
            ExprKind::Aggregate(aggregate) => {
                self.aggregate(aggregate);
                ValueType::Vector
            }
            ExprKind::Binary(binary) => self.binary(binary, span),
            ExprKind::Unary(_, inner) => {
                let inner = self.expr(inner);
                if !matches!(inner, ValueType::Scalar | ValueType::Vector) {
                    let got = go::quote(inner.documented());
                    self.error(span, format!("unary expression only allowed on expressions of type scalar or instant vector, got {got}"));
                }
                inner
            }
            ExprKind::Paren(inner) => self.expr(inner),
        }
    }

    fn selector(&mut self, selector: &VectorSelector, span: Span) {
        if let Some(name) = &selector.name
            && !name.is_quoted()
        {
            for matcher in selector.matchers.iter().map(|m| &m.matcher) {
                if &*matcher.name == METRIC_NAME {
                    let (first, second) = (go::quote(&name.text), go::quote(&matcher.value));
                    self.error(
                        span,
                        format!("metric name must not be set twice: {first} or {second}"),
                    );
                }
            }
            return;
        }
        if selector
            .all_matchers()
            .all(|matcher| matcher.matches_empty())
        {
            self.error(
                span,
                "vector selector must contain at least one non-empty matcher",
            );
        }
    }

    fn aggregate(&mut self, aggregate: &mut Aggregate) {
        self.expect(
            &mut aggregate.expr,
            ValueType::Vector,
            "aggregation expression",
        );
        if let Some(param) = &mut aggregate.param {
            let wanted = match aggregate.op {
                AggregateOp::CountValues => ValueType::String,
                _ => ValueType::Scalar,
            };
            self.expect(param, wanted, "aggregation parameter");
        }
    }

    fn expect(&mut self, expr: &mut Expr, wanted: ValueType, context: &str) {
        let got = self.expr(expr);
        if got != wanted {
            let (wanted, got) = (wanted.documented(), got.documented());
            self.error(
                expr.span,
                format!("expected type {wanted} in {context}, got {got}"),
            );
        }
    }

    fn call(&mut self, call: &mut Call, span: Span) -> ValueType {
        let function = call.function;
        self.count_arguments(call, span);
        let name = go::quote(function.name);
        let is_info = function.name == "info";
        if is_info && let Some(labels) = call.args.get(1) {
            self.info_labels(labels, span);
        }
        for (index, arg) in call.args.iter_mut().enumerate() {
            let wanted = match (function.args.get(index), function.args.last()) {
                (Some(wanted), _) => *wanted,
                (None, Some(last)) if function.variadic != 0 => *last,
                _ => break,
            };
            // The labels of `info` may match everything.
            let skips_check = is_info
                && index == 1
                && matches!(&arg.kind, ExprKind::Vector(selector) if !has_bare_name(selector));
            let got = if skips_check {
                ValueType::Vector
            } else {
                self.expr(arg)
            };
            if got != wanted {
                let (wanted, got) = (wanted.documented(), got.documented());
                self.error(
                    arg.span,
                    format!("expected type {wanted} in call to function {name}, got {got}"),
                );
            }
        }
        function.returns
    }

    fn count_arguments(&mut self, call: &Call, span: Span) {
        let (name, wanted) = (go::quote(call.function.name), call.function.args.len());
        let got = call.args.len();
        if call.function.variadic == 0 {
            if got != wanted {
                self.error(
                    span,
                    format!("expected {wanted} argument(s) in call to {name}, got {got}"),
                );
            }
            return;
        }
        let least = wanted.saturating_sub(1);
        let most = usize::try_from(call.function.variadic).map(|more| least + more);
        if got < least {
            self.error(
                span,
                format!("expected at least {least} argument(s) in call to {name}, got {got}"),
            );
        } else if let Ok(most) = most
            && got > most
        {
            self.error(
                span,
                format!("expected at most {most} argument(s) in call to {name}, got {got}"),
            );
        }
    }

    /// The second argument of `info` is no vector but a set of label matchers in the clothes of one.
    fn info_labels(&mut self, labels: &Expr, call: Span) {
        let got = labels.value_type();
        if got != ValueType::Vector {
            let got = got.documented();
            self.error(
                call,
                format!("expected type instant vector in call to function \"info\", got {got}"),
            );
        }
        match &labels.kind {
            ExprKind::Vector(selector) if has_bare_name(selector) => self.error(
                labels.span,
                "expected label selectors only, got vector selector instead",
            ),
            ExprKind::Vector(_) => {}
            _ => self.error(labels.span, "expected label selectors only"),
        }
    }

    fn binary(&mut self, binary: &mut Binary, span: Span) -> ValueType {
        let left = self.expr(&mut binary.lhs);
        let right = self.expr(&mut binary.rhs);
        let op = binary.op;
        let scalars = left == ValueType::Scalar && right == ValueType::Scalar;
        let operator = self.operator_span(binary);
        if binary.return_bool && !op.is_comparison() {
            self.error(
                operator,
                "bool modifier can only be used on comparison operators",
            );
        }
        if op.is_comparison() && !binary.return_bool && scalars {
            self.error(
                operator,
                "comparisons between scalars must use BOOL modifier",
            );
        }
        self.labels_only_once(binary, operator);
        for (side, got) in [(&binary.lhs, left), (&binary.rhs, right)] {
            if !matches!(got, ValueType::Scalar | ValueType::Vector) {
                self.error(
                    side.span,
                    "binary expression must contain only scalar and instant vector types",
                );
            }
        }
        let vectors = left == ValueType::Vector && right == ValueType::Vector;
        self.matching(binary, span, vectors);
        if (left == ValueType::Scalar || right == ValueType::Scalar) && op.is_set() {
            let op = go::quote(op.as_str());
            self.error(
                span,
                format!("set operator {op} not allowed in binary scalar expression"),
            );
        }
        if scalars {
            ValueType::Scalar
        } else {
            ValueType::Vector
        }
    }

    /// A label of `on` must not be one of `group_left` too.
    fn labels_only_once(&mut self, binary: &Binary, operator: Span) {
        let Some(matching) = binary.matching.as_ref().filter(|matching| matching.on) else {
            return;
        };
        for label in &matching.labels {
            for included in &matching.include {
                if label.text == included.text {
                    let label = go::quote(&label.text);
                    self.error(
                        operator,
                        format!("label {label} must not occur in ON and GROUP clause at once"),
                    );
                }
            }
        }
    }

    fn matching(&mut self, binary: &mut Binary, span: Span, vectors: bool) {
        let Some(matching) = &mut binary.matching else {
            return;
        };
        let fills = matching.is_filled();
        if !vectors {
            if !matching.labels.is_empty() {
                self.error(span, "vector matching only allowed between instant vectors");
            }
            if fills {
                self.error(
                    span,
                    "filling in missing series only allowed between instant vectors",
                );
            }
            binary.matching = None;
            return;
        }
        if !binary.op.is_set() {
            return;
        }
        if matching.cardinality == Cardinality::OneToOne {
            matching.cardinality = Cardinality::ManyToMany;
        } else {
            let op = go::quote(binary.op.as_str());
            self.error(span, format!("no grouping allowed for {op} operation"));
            self.error(span, "set operations must always be many-to-many");
        }
        if fills {
            self.error(
                span,
                "filling in missing series not allowed for set operators",
            );
        }
    }

    /// Where Prometheus places errors about the operator: from the first character after the left side to before the
    /// last one ahead of the right side.
    fn operator_span(&self, binary: &Binary) -> Span {
        let is_blank = |at: usize| self.text.get(at).is_some_and(|&c| is_space(char::from(c)));
        let mut start = binary.lhs.span.range().end;
        while is_blank(start) {
            start += 1;
        }
        let mut end = binary.rhs.span.range().start.saturating_sub(1);
        while end > 0 && is_blank(end) {
            end -= 1;
        }
        Span::new(start, end)
    }

    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(ParseError {
            span,
            message: message.into(),
        });
    }
}

/// Whether a metric name stands before the braces.
fn has_bare_name(selector: &VectorSelector) -> bool {
    selector.name.as_ref().is_some_and(|name| !name.is_quoted())
}

impl ValueType {
    /// The name that Prometheus's API uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
        }
    }

    /// The name that Prometheus's documentation and most messages use.
    #[must_use]
    pub const fn documented(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        }
    }
}
