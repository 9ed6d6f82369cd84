//! Writes the types of what orders asks of others.

use platform_peer_types::{Failed, PeerTypes};

fn main() -> Result<(), Failed> {
    PeerTypes::in_folder("..")
        .take("catalog", "CouponFunding", "crate::peers::catalog::CouponFunding")
        .take("catalog", "CouponRejection", "crate::peers::catalog::CouponRejectionReason")
        .take("catalog", "LineProblemCode", "crate::peers::catalog::LineProblemCode")
        .take("catalog", "PriceTerms", "platform_commerce::PriceTerms")
        .take("catalog", "LineProblem.available", "i32")
        .take("catalog", "LineProblem.requested", "i32")
        .take("catalog", "OutOfStockLine.available", "i32")
        .take("catalog", "OutOfStockLine.requested", "i32")
        .take("catalog", "PricedLine.quantity", "i32")
        .take("catalog", "QuoteLineInput.quantity", "i32")
        .take("catalog", "ReservedLine.quantity", "i32")
        .take("logistics", "ShippedPieces.lineId", "platform_core::id::OrderLineId")
        .take("logistics", "ShippedPieces.quantity", "i32")
        .take("logistics", "ParcelItemInput.lineId", "platform_core::id::OrderLineId")
        .take("logistics", "ParcelItemInput.quantity", "i32")
        .take("payments", "PaymentStatus", "crate::peers::payments::PaymentStatus")
        .take("payments", "AuthorizePaymentInput.id", "platform_core::id::PaymentId")
        .take("payments", "AuthorizePaymentInput.methodId", "platform_core::id::PaymentMethodId")
        .take("payments", "RefundPartInput.id", "platform_core::id::RefundId")
        .take("payments", "UnmadePaymentInput.id", "platform_core::id::PaymentId")
        .take("users", "CountMailPayload.retryAfterSeconds", "u64")
        .take("users", "MailOrderLineInput.quantity", "i32")
        .write()
}
