//! The rows of an order that is placed, from its quote.

use std::collections::BTreeMap;

use orders_entities::order::{ActiveModel, Status};
use orders_entities::{order_line, vendor_order};
use platform_commerce::{Market, Money};
use platform_core::id::{VendorId, VendorOrderId};
use platform_identity::Caller;
use sea_orm::ActiveValue::Set;

use super::{PlaceError, PlaceInput};
use crate::app::App;
use crate::checkout::saga::CheckoutState;
use crate::order::{NewOrder, number_from_uuid};
use crate::quote::Quote;

pub(super) fn new_order(
    app: &App,
    caller: &Caller,
    input: &PlaceInput,
    state: &CheckoutState,
    quote: &Quote,
    key: String,
) -> Result<NewOrder, PlaceError> {
    let now = app.now();
    let parts: BTreeMap<VendorId, VendorOrderId> =
        quote.parcels.keys().map(|vendor| (*vendor, app.next_id())).collect();
    let order = ActiveModel {
        id: Set(state.order_id),
        number: Set(number_from_uuid(app.next_id())),
        user_id: Set(state.user_id),
        guest_id: Set(state.guest_id.clone()),
        email: Set(input
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .filter(|_| state.user_id.is_none())),
        idempotency_key: Set(key),
        request_hash: Set(input.fingerprint()?),
        cart_id: Set(None),
        cart_version: Set(None),
        claimed_cart_id: Set(None),
        status: Set(Status::Pending),
        reason: Set(None),
        problem: Set(None),
        currency: Set(Market::of(caller).currency.to_string()),
        market: Set(serde_json::to_value(Market::of(caller))?),
        vat_id: Set(input.vat_id.as_ref().map(ToString::to_string)),
        tax_exempt: Set(Some(quote.priced.tax_exempt)),
        shipping_address: Set(serde_json::to_value(&input.shipping_address)?),
        coupon_code: Set(state.coupon_code.clone()),
        prices_include_tax: Set(quote.priced.prices_include_tax),
        subtotal_minor: Set(quote.priced.subtotal.minor()),
        discount_minor: Set(quote.priced.discount.minor()),
        shipping_minor: Set(quote.shipping_shown().minor()),
        shipping_tax_minor: Set(Some(quote.shipping.tax.minor())),
        tax_minor: Set(quote.tax.minor()),
        total_minor: Set(quote.total.minor()),
        points_minor: Set(quote.points),
        refunded_minor: Set(0),
        points_refunded_minor: Set(0),
        payment_id: Set(None),
        payment_action_url: Set(None),
        version: Set(1),
        placed_at: Set(now),
        updated_at: Set(now),
    };
    let mut lines = Vec::with_capacity(quote.priced.lines.len());
    let mut commissions = BTreeMap::<VendorId, (Money, Money)>::new();
    for (position, line) in (0_i32..).zip(&quote.priced.lines) {
        let split = quote.split_line(line);
        let commission = split.commission()?;
        let zero = Money::zero(commission.currency());
        let (total, kept) = commissions.entry(line.vendor_id).or_insert((zero, zero));
        *total = total.checked_add(line.total)?;
        *kept = kept.checked_add(commission)?;
        let Some(vendor_order_id) = parts.get(&line.vendor_id).copied() else { continue };
        lines.push(order_line::ActiveModel {
            id: Set(app.next_id()),
            order_id: Set(state.order_id),
            vendor_order_id: Set(vendor_order_id),
            position: Set(position),
            offer_id: Set(line.offer_id),
            variant_id: Set(line.variant_id),
            product_id: Set(line.product_id),
            vendor_id: Set(line.vendor_id),
            sku: Set(line.sku.clone()),
            product_name: Set(line.product_name.clone()),
            variant_name: Set(line.variant_name.clone()),
            image_url: Set(line.image_url.clone()),
            product_slug: Set(Some(line.product_slug.clone())),
            quantity: Set(line.quantity),
            unit_price_minor: Set(line.unit_price.minor()),
            discount_minor: Set(line.discount.minor()),
            discount_by_platform: Set(split.discount_by_platform),
            platform_discount_minor: Set(Some(split.platform_discount().minor())),
            net_minor: Set(line.net.minor()),
            tax_minor: Set(line.tax.minor()),
            total_minor: Set(line.total.minor()),
            refunded_quantity: Set(0),
            refunded_minor: Set(0),
            tax_rate: Set(line.tax_rate.clone()),
            commission_bps: Set(split.commission_bps),
            commission_minor: Set(commission.minor()),
        });
    }
    let vendor_orders = parts
        .iter()
        .map(|(vendor, id)| vendor_order::ActiveModel {
            id: Set(*id),
            order_id: Set(state.order_id),
            vendor_id: Set(*vendor),
            user_id: Set(state.user_id),
            status: Set(vendor_order::Status::Pending),
            currency: Set(Market::of(caller).currency.to_string()),
            total_minor: Set(commissions.get(vendor).map_or(0, |(total, _)| total.minor())),
            shipping_minor: Set(quote.parcels.get(vendor).map_or(0, |fee| fee.gross.minor())),
            commission_minor: Set(commissions.get(vendor).map_or(0, |(_, kept)| kept.minor())),
            version: Set(1),
            placed_at: Set(now),
            updated_at: Set(now),
        })
        .collect();
    Ok(NewOrder { order, lines, vendor_orders })
}
