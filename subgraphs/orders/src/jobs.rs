//! The jobs: mails, refunds to finish, and what is tidied up by time.

use platform_jobs::JobHandlers;

use crate::app::App;
use crate::checkout::SettleEarlier;
use crate::guest::{ForgetCodes, OrderCodeMail};
use crate::order::{CompleteOrder, OrderMail, ParcelMail, RefundMail};
use crate::refund::FinishOrderRefund;

pub fn jobs(app: &App) -> JobHandlers {
    JobHandlers::new()
        .on::<OrderCodeMail>(app.clone())
        .on::<OrderMail>(app.clone())
        .on::<RefundMail>(app.clone())
        .on::<ParcelMail>(app.clone())
        .on::<CompleteOrder>(app.clone())
        .on::<FinishOrderRefund>(app.clone())
        .every(ForgetCodes(app.clone()))
        .every(SettleEarlier(app.clone()))
}
