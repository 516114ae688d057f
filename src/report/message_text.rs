//! Messages for people.

use super::layout::{Paint, line, wrapped};
use super::text::Style;
use crate::notify::message::{Failed, Message};

/// The texts of a message that people read, or why there is none.
pub(super) fn show_message(
    out: &mut String,
    indent: usize,
    message: &Result<Message, Failed>,
    style: Style,
    paint: Paint,
) {
    let fields = match message {
        Ok(message) => &message.fields,
        Err(failed) => {
            let text = format!("nothing is sent after all: {failed}");
            wrapped(out, indent, &paint.red(&text), style);
            return;
        }
    };
    let told = |(name, text): &&(String, String)| !is_machinery(name) && !text.is_empty();
    for (name, text) in fields.iter().filter(told) {
        let mut lines = text.trim_end().split('\n');
        let name = paint.dim(&format!("{name}:"));
        let first = lines.next().unwrap_or_default();
        line(out, &format!("{:indent$}{name} {first}", ""));
        for more in lines {
            line(out, format!("{:indent$}  {more}", "").trim_end());
        }
    }
}

/// Fields that only programs look at.
fn is_machinery(name: &str) -> bool {
    let name = name.split(['[', '.']).next().unwrap_or_default();
    matches!(
        name,
        "title_link"
            | "color"
            | "fallback"
            | "icon_emoji"
            | "icon_url"
            | "username"
            | "payload"
            | "client_url"
            | "callback_id"
            | "thumb_url"
            | "image_url"
            | "short_fields"
    )
}
