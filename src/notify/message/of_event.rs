//! The data of a notification, as Alertmanager makes it of what a group sends.

use std::sync::Arc;

use crate::labels::Labels;
use crate::notify::clock::{Event, Notified, What};
use crate::template::alertmanager::{Alert, Data, Time};

/// The data of an event that sends something. `external_url` is where Alertmanager is reached.
#[must_use]
pub fn data_of(event: &Event, external_url: &str) -> Data {
    let alerts = event.alerts().iter().map(alert).collect();
    let labels = event.group_labels.clone();
    let mut data = Data::new(&event.receiver, labels, alerts, external_url);
    if let What::Sent { reason, .. } = &event.what {
        data.notification_reason = reason.words().into();
    }
    data
}

fn alert(alert: &Notified) -> Alert {
    Alert {
        status: if alert.fires() { "firing" } else { "resolved" }.into(),
        labels: alert.labels.clone(),
        annotations: alert.annotations.clone(),
        starts_at: Time::from_unix_ms(alert.starts_at),
        ends_at: alert.ended_at.map_or(Time::ZERO, Time::from_unix_ms),
        generator_url: Arc::clone(&alert.generator_url),
        fingerprint: fingerprint(&alert.labels).into(),
    }
}

/// The hash of a label set (`model.LabelSet.Fingerprint`): FNV-1a over names and values, each with a byte behind it that
/// no text has.
#[must_use]
pub fn fingerprint(labels: &Labels) -> String {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let texts = labels.iter().flat_map(|label| [&label.name, &label.value]);
    let bytes = texts.flat_map(|text| text.bytes().chain([0xff]));
    let sum = bytes.fold(BASIS, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    format!("{sum:016x}")
}
