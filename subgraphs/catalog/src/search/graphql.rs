//! `search` and `searchSuggestions`, and building the index anew, for administrators.

use std::sync::Arc;

use async_graphql::connection::PageInfo;
use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use platform_commerce::{CurrencyCode, Market};
use platform_core::id::{CategoryId, ProductId, VendorId};
use platform_core::page::{Page, PageError};
use platform_core::{ApiError, ErrorCode};
use platform_identity::{Policy, Role};
use platform_server::{access, caller};
use platform_text::{fold, nfc};

use super::cursor::SearchId;
use super::view::{self, Facet};
use super::{AttributeChoice, Filter, Place, SearchRequest, SearchResults, Sort, document, text};
use crate::access::for_admin;
use crate::app::App;
use crate::category::view::Category;
use crate::names::localized;
use crate::product::objects::{PriceRange, PriceRangeInput, Product};
use crate::reference::ReferenceData;
use crate::tax::ShownPrices;

/// The longest query that is looked at.
const MAX_QUERY_CHARS: usize = 200;
const DEFAULT_SUGGESTIONS: i32 = 8;
const MAX_SUGGESTIONS: i32 = 20;
const MAX_FILTER_VALUES: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum SearchQueryError {
    #[error("a query has at most {MAX_QUERY_CHARS} characters")]
    QueryTooLong,
    #[error("a filter takes at most {MAX_FILTER_VALUES} values")]
    FilterTooLong,
    #[error("at most {MAX_FILTER_VALUES} facets can be asked for")]
    TooManyFacets,
    #[error("the cursor is of another search, or of another market; begin this one without `after`")]
    OtherSearch,
    #[error("the search cannot be told from others")]
    Fingerprint(#[from] serde_json::Error),
    #[error("`first` must be between 1 and {MAX_SUGGESTIONS}")]
    InvalidSize,
}

impl ApiError for SearchQueryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::QueryTooLong
            | Self::FilterTooLong
            | Self::TooManyFacets
            | Self::OtherSearch
            | Self::InvalidSize => ErrorCode::BadUserInput,
            Self::Fingerprint(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        Some(match self {
            Self::QueryTooLong => "query",
            Self::FilterTooLong => "filter",
            Self::TooManyFacets => "facets",
            Self::OtherSearch => "after",
            Self::InvalidSize => "first",
            Self::Fingerprint(_) => return None,
        })
    }
}

platform_core::api_error!(SearchQueryError);

/// Values of one attribute, any of which will do; or a range of a number.
#[derive(Debug, InputObject)]
pub struct AttributeFilterInput {
    /// Code of a filterable attribute; with any other nothing is found.
    pub code: String,
    /// Values of which any will do, at most 100: texts, codes of options, `true` or `false`. Of a number none; it is
    /// chosen by `min` and `max`, beside which `values` do not count.
    #[graphql(default)]
    pub values: Vec<String>,
    /// Lowest number, inclusive, to three decimals; no lower end unless given.
    pub min: Option<f64>,
    /// Highest number, inclusive, to three decimals; no upper end unless given.
    pub max: Option<f64>,
}

/// What hits must satisfy: within a field any value, and every field that is given. A list has at most 100 entries.
#[derive(Debug, Default, InputObject)]
pub struct SearchFilter {
    /// In one of these categories or below it.
    #[graphql(default)]
    pub category_ids: Vec<CategoryId>,
    /// More categories, by their slugs; one that does not exist has no products.
    #[graphql(default)]
    pub category_slugs: Vec<String>,
    /// Made by one of these vendors, whoever offers them.
    #[graphql(default)]
    pub vendor_ids: Vec<VendorId>,
    /// Choices of attributes, which must all hold.
    #[graphql(default)]
    pub attributes: Vec<AttributeFilterInput>,
    /// In the market's currency and tax display.
    pub price: Option<PriceRangeInput>,
    /// True for what can be bought now in the market's currency, false for what is sold out or has no price in it; both
    /// unless given.
    pub in_stock: Option<bool>,
}

impl SearchFilter {
    fn resolve(self, references: &ReferenceData, currency: CurrencyCode) -> Result<Filter> {
        let sizes = [
            self.category_ids.len(),
            self.category_slugs.len(),
            self.vendor_ids.len(),
            self.attributes.len(),
        ];
        let values = self.attributes.iter().map(|attribute| attribute.values.len());
        if sizes.into_iter().chain(values).any(|size| size > MAX_FILTER_VALUES) {
            return Err(SearchQueryError::FilterTooLong.into());
        }
        let mut categories = self.category_ids;
        // An unknown slug must match nothing, not everything.
        let named = self.category_slugs.iter().map(|slug| references.categories.by_slug(slug));
        categories.extend(named.map(|node| node.map_or(CategoryId(uuid::Uuid::nil()), |node| node.id)));
        let attributes = self.attributes.into_iter().map(|choice| AttributeChoice {
            code: choice.code,
            values: choice.values.iter().map(|value| nfc(value).into_owned()).collect(),
            min: choice.min.and_then(document::thousandths),
            max: choice.max.and_then(document::thousandths),
        });
        let (price_min, price_max) = self.price.unwrap_or_default().minor(currency)?;
        Ok(Filter {
            categories,
            vendors: self.vendor_ids,
            attributes: attributes.collect(),
            price_min,
            price_max,
            in_stock: self.in_stock,
        })
    }
}

/// What a part of a product has in common with the query.
#[derive(Debug, SimpleObject)]
pub struct SearchHighlight {
    /// Which text of the product it is: `name`.
    pub field: &'static str,
    /// The text as HTML, the matching parts in `<em>`, all else escaped.
    pub html: String,
}

#[derive(SimpleObject)]
pub struct SearchEdge {
    pub node: Product,
    pub cursor: String,
    /// Where the product's name matches; empty where something else of it does.
    #[graphql(directive = platform_server::cost::list::apply(3))]
    pub highlights: Vec<SearchHighlight>,
}

/// A page of hits, and how all hits are distributed.
pub struct SearchConnection {
    id: SearchId,
    results: Arc<SearchResults>,
    references: Arc<ReferenceData>,
    request: SearchRequest,
    /// Which facets are wanted; all unless given.
    facets: Option<Vec<String>>,
    terms: Vec<text::QueryTerm>,
    products: Vec<(Place, Product)>,
}

/// A page of hits, and how all hits are spread.
#[Object]
impl SearchConnection {
    async fn edges(&self, ctx: &Context<'_>) -> Result<Vec<SearchEdge>> {
        let language = &Market::of(caller(ctx)?).language;
        let edge = |(place, product): &(Place, Product)| {
            let name = product.0.name(language);
            let html = text::highlight(name, &self.terms);
            SearchEdge {
                highlights: html.map(|html| SearchHighlight { field: "name", html }).into_iter().collect(),
                node: product.clone(),
                cursor: self.id.cursor(*place),
            }
        };
        Ok(self.products.iter().map(edge).collect())
    }

    async fn nodes(&self) -> Vec<Product> {
        self.products.iter().map(|(_, product)| product.clone()).collect()
    }

    async fn page_info(&self) -> PageInfo {
        let cursor = |place: &Place| self.id.cursor(*place);
        PageInfo {
            has_previous_page: self.request.after.is_some(),
            has_next_page: self.results.more,
            start_cursor: self.results.hits.first().map(cursor),
            // Of the hit, whether its product is shown or not: the next page goes on behind it.
            end_cursor: self.results.hits.last().map(cursor),
        }
    }

    /// How many products there are on all pages.
    async fn total_count(&self) -> usize {
        self.results.total
    }

    /// Hits by category, vendor, availability, price and filterable attribute. Values that the filter chose are among
    /// them, whether there are hits or not.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn facets(&self, ctx: &Context<'_>) -> Result<Vec<Facet>> {
        let language = &Market::of(caller(ctx)?).language;
        let all = view::facets(&self.results, &self.references, &self.request, language);
        let wanted = |facet: &Facet| self.facets.as_ref().is_none_or(|codes| codes.contains(&facet.code));
        Ok(all.into_iter().filter(wanted).collect())
    }

    /// Lowest and highest price of the hits in the market's currency and tax display; the filter on price aside.
    async fn price_range(&self) -> Option<PriceRange> {
        let (min, max) = self.results.facets.price_bounds?;
        let money = |minor| platform_commerce::Money::from_minor(minor, self.request.currency);
        Some(PriceRange { min: money(min), max: money(max) })
    }
}

/// What a suggestion leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum SuggestionKind {
    /// A product.
    Product,
    /// A category.
    Category,
}

/// What a query could be going to be.
#[derive(SimpleObject)]
pub struct SearchSuggestion {
    /// Which of `product` and `category` is set.
    pub kind: SuggestionKind,
    /// Name of the product or category, in the market's language.
    pub text: String,
    /// The product of a suggestion of that kind; else null.
    pub product: Option<Product>,
    /// The category of a suggestion of that kind; else null.
    pub category: Option<Category>,
}

#[derive(Default)]
pub struct SearchQuery;

fn check_length(query: &str) -> Result<(), SearchQueryError> {
    if query.chars().count() > MAX_QUERY_CHARS { Err(SearchQueryError::QueryTooLong) } else { Ok(()) }
}

#[Object]
impl SearchQuery {
    /// Products by words, forgiving one wrong letter, the last word unfinished; all products for an empty query, none
    /// for one of signs alone.
    #[graphql(directive = access::public::apply())]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a field")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 200 characters; empty unless given.")] query: Option<String>,
        #[graphql(desc = "All products on sale unless given.")] filter: Option<SearchFilter>,
        #[graphql(
            desc = "Which facets to count, at most 100: CATEGORY, VENDOR, AVAILABILITY, PRICE or codes of attributes; what names none is ignored. All unless given."
        )]
        facets: Option<Vec<String>>,
        #[graphql(desc = "RELEVANCE unless given.")] sort: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<SearchConnection>> {
        let (query, sort) = (query.unwrap_or_default(), sort.unwrap_or_default());
        check_length(&query)?;
        if facets.as_ref().is_some_and(|codes| codes.len() > MAX_FILTER_VALUES) {
            return Err(SearchQueryError::TooManyFacets.into());
        }
        let app = ctx.data_unchecked::<App>();
        let page = Page::<(SearchId, Place)>::parse(first, after.as_deref())?;
        let limit = usize::try_from(page.first).map_err(|_| PageError::InvalidSize)?;
        let references = app.products().references().await?;
        let market = Market::of(caller(ctx)?);
        let currency = market.currency;
        let prices = ShownPrices::of(&references.taxes, market);
        let filter = filter.unwrap_or_default().resolve(&references, currency)?;
        let id = SearchId::of(&query, &filter, sort, market).map_err(SearchQueryError::from)?;
        let own = |cursor| id.place(cursor).ok_or(SearchQueryError::OtherSearch);
        let after = page.after.map(own).transpose()?;
        let group = market.customer_group.as_deref();
        let own_group = group.map(|group| document::buyers(currency, Some(group)));
        let buyers = std::iter::once(document::buyers(currency, None)).chain(own_group).collect();
        let request = SearchRequest { query, currency, prices, buyers, filter, sort, after, limit };
        let terms = text::query_terms(&request.query);
        let looks_for_nothing = terms.is_empty() && !request.query.trim().is_empty();
        let results = if looks_for_nothing {
            Arc::default()
        } else {
            app.indexer().ready().await?;
            app.search().search(&request).await?
        };
        let ids: Vec<ProductId> = results.hits.iter().map(|hit| hit.id).collect();
        let mut products = app.products().many(&ids).await?;
        // The index may be a moment behind: what is not sold any more is left out.
        let shown = |hit: &Place| {
            Some((*hit, products.remove(&hit.id).filter(|product| product.is_on_offer()).map(Product)?))
        };
        let products = results.hits.iter().filter_map(shown).collect();
        Ok(Some(SearchConnection { id, results, references, request, facets, terms, products }))
    }

    /// Categories whose names begin like `query`, then the products that `search` finds by it, the best first: also by
    /// words within their names, and by SKU, description, categories and attributes.
    #[graphql(directive = access::public::apply())]
    async fn search_suggestions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed so far, at most 200 characters; signs alone find nothing.")]
        query: String,
        #[graphql(desc = "How many suggestions at most: 1 to 20, 8 unless given.")] first: Option<i32>,
    ) -> Result<Option<Vec<SearchSuggestion>>> {
        check_length(&query)?;
        let first = first.unwrap_or(DEFAULT_SUGGESTIONS);
        let first = usize::try_from(first)
            .ok()
            .filter(|_| (1..=MAX_SUGGESTIONS).contains(&first))
            .ok_or(SearchQueryError::InvalidSize)?;
        let terms = text::query_terms(&query);
        if terms.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let app = ctx.data_unchecked::<App>();
        app.indexer().ready().await?;
        let language = &Market::of(caller(ctx)?).language;
        let references = app.products().references().await?;
        let folded = fold(query.trim());
        let mut suggestions: Vec<SearchSuggestion> = references
            .categories
            .all()
            .filter(|node| fold(localized(&node.names, language)).starts_with(&folded))
            .map(|node| SearchSuggestion {
                kind: SuggestionKind::Category,
                text: localized(&node.names, language).to_owned(),
                product: None,
                category: Some(Category(Arc::clone(node))),
            })
            .collect();
        suggestions.sort_by(|a, b| a.text.cmp(&b.text));
        suggestions.truncate(first.div_ceil(2));
        let ids: Vec<ProductId> = app.search().suggest(&query, first).await?;
        let products = app.products().in_order(&ids).await?;
        suggestions.extend(products.into_iter().filter(|product| product.is_on_offer()).map(|product| {
            let text = product.name(language).to_owned();
            SearchSuggestion {
                kind: SuggestionKind::Product,
                text,
                product: Some(Product(product)),
                category: None,
            }
        }));
        suggestions.truncate(first);
        Ok(Some(suggestions))
    }
}

/// The new index has taken the place of the old one.
#[derive(Debug, SimpleObject)]
pub struct ReindexSearchPayload {
    /// How many products the new index holds.
    pub products: u64,
}

#[derive(Default)]
pub struct SearchMutation;

#[Object]
impl SearchMutation {
    /// Builds the search index anew; searches go on in the old one. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn reindex_search(&self, ctx: &Context<'_>) -> Result<Option<ReindexSearchPayload>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(ReindexSearchPayload {
            products: ctx.data_unchecked::<App>().indexer().rebuild(&|_, _| {}).await?,
        }))
    }
}
