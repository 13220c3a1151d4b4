//! The receipt that an attendee takes along.

use toml::Spanned;

use super::{Lint, Linter};
use crate::profile::ReceiptRules;
use crate::profile::raw::RawReceipt;

impl Linter<'_> {
    pub(super) fn receipt(&mut self, raw: RawReceipt) -> ReceiptRules {
        let web = |text: &str| {
            text.strip_prefix("https://")
                .is_some_and(|rest| !rest.is_empty())
                && !text.contains(|c: char| c.is_whitespace() || "#\"'<>".contains(c))
        };
        let mail = |text: &str| {
            let address = text.strip_prefix("mailto:").unwrap_or_default();
            address.contains('@')
                && !address.contains(|c: char| c.is_whitespace() || "?#\"'<>".contains(c))
        };
        if let Some(page) = raw.page.as_ref().filter(|page| !web(page.as_ref())) {
            let message = "write the address of the receipt's page: page = \"https://…\", without #: the receipt goes behind it";
            self.report(
                Lint::ReceiptPage,
                page.span().start,
                "receipt.page",
                message,
            );
        }
        let elsewhere = |text: &str| !web(text) && !mail(text);
        if let Some(to) = raw.withdraw.as_ref().filter(|to| elsewhere(to.as_ref())) {
            let message = "write where a withdrawal goes: withdraw = \"mailto:rodo@firma.example\", or an address that takes a POST, \"https://…\"";
            self.report(
                Lint::ReceiptWithdraw,
                to.span().start,
                "receipt.withdraw",
                message,
            );
        }
        let head_office_key = raw.head_office_key.and_then(|text| {
            let key = text.as_ref().parse();
            if key.is_err() {
                let message = "write head office's public key as `zgoda device key` prints it: name+hash+base64";
                let at = text.span().start;
                self.report(Lint::HeadOfficeKey, at, "receipt.head_office_key", message);
            }
            key.ok()
        });
        ReceiptRules {
            page: raw.page.map(Spanned::into_inner),
            withdraw: raw.withdraw.map(Spanned::into_inner),
            head_office_key,
        }
    }
}
