//! What the demo shop sells: names in English and Japanese, prices, kinds of goods.

use super::pictures::Shape;

/// A word in English and Japanese.
pub type Word = (&'static str, &'static str);

pub struct Root {
    pub slug: &'static str,
    pub name: Word,
}

/// A category at the bottom of the tree, with the goods in it.
pub struct Shelf {
    pub slug: &'static str,
    pub name: Word,
    /// Index into [`ROOTS`].
    pub root: usize,
    /// Index into the demo vendors: who makes these goods.
    pub vendor: usize,
    pub tax_class: &'static str,
    pub shape: Shape,
    /// What a variant is chosen by.
    pub axis: Axis,
    /// Name and price in euro cents.
    pub goods: [(Word, i64); 5],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Colour,
    Size,
    None,
}

pub const ROOTS: [Root; 4] = [
    Root { slug: "tea-and-table", name: ("Tea & table", "お茶と食卓") },
    Root { slug: "home", name: ("Home", "住まい") },
    Root { slug: "wear", name: ("Wear", "衣類") },
    Root { slug: "desk", name: ("Desk", "机まわり") },
];

pub const SHELVES: [Shelf; 12] = [
    Shelf {
        slug: "teaware",
        name: ("Teaware", "茶器"),
        root: 0,
        vendor: 0,
        tax_class: "standard",
        shape: Shape::Vessel,
        axis: Axis::Colour,
        goods: [
            (("Kettle", "やかん"), 6900),
            (("Teapot", "急須"), 5400),
            (("Matcha Bowl", "抹茶茶碗"), 4800),
            (("Tea Cup", "湯呑み"), 1800),
            (("Tea Caddy", "茶筒"), 3200),
        ],
    },
    Shelf {
        slug: "tableware",
        name: ("Tableware", "食器"),
        root: 0,
        vendor: 0,
        tax_class: "standard",
        shape: Shape::Vessel,
        axis: Axis::Colour,
        goods: [
            (("Dinner Plate", "ディナー皿"), 2400),
            (("Soup Bowl", "スープ皿"), 2100),
            (("Serving Tray", "お盆"), 3900),
            (("Carafe", "水差し"), 4200),
            (("Sake Set", "酒器セット"), 5900),
        ],
    },
    Shelf {
        slug: "pantry",
        name: ("Pantry", "食料品"),
        root: 0,
        vendor: 1,
        tax_class: "reduced",
        shape: Shape::Packet,
        axis: Axis::None,
        goods: [
            (("Sencha", "煎茶"), 1400),
            (("Gyokuro", "玉露"), 2900),
            (("Honey", "はちみつ"), 950),
            (("Olive Oil", "オリーブオイル"), 1650),
            (("Sea Salt", "海の塩"), 690),
        ],
    },
    Shelf {
        slug: "lighting",
        name: ("Lighting", "照明"),
        root: 1,
        vendor: 2,
        tax_class: "standard",
        shape: Shape::Lamp,
        axis: Axis::Colour,
        goods: [
            (("Table Lamp", "卓上ランプ"), 8900),
            (("Floor Lamp", "フロアランプ"), 15900),
            (("Pendant Light", "ペンダントライト"), 12900),
            (("Candle Holder", "燭台"), 2600),
            (("Lantern", "行灯"), 7400),
        ],
    },
    Shelf {
        slug: "textiles",
        name: ("Textiles", "布製品"),
        root: 1,
        vendor: 3,
        tax_class: "standard",
        shape: Shape::Cloth,
        axis: Axis::Colour,
        goods: [
            (("Blanket", "毛布"), 11900),
            (("Cushion", "座布団"), 4500),
            (("Bath Towel", "バスタオル"), 2900),
            (("Table Runner", "テーブルランナー"), 3600),
            (("Curtain", "カーテン"), 7900),
        ],
    },
    Shelf {
        slug: "storage",
        name: ("Storage", "収納"),
        root: 1,
        vendor: 2,
        tax_class: "standard",
        shape: Shape::Packet,
        axis: Axis::Size,
        goods: [
            (("Basket", "籠"), 3400),
            (("Box", "箱"), 2800),
            (("Shelf", "棚"), 9800),
            (("Coat Rack", "コート掛け"), 6700),
            (("Jar", "瓶"), 1600),
        ],
    },
    Shelf {
        slug: "knitwear",
        name: ("Knitwear", "ニット"),
        root: 2,
        vendor: 3,
        tax_class: "standard",
        shape: Shape::Cloth,
        axis: Axis::Size,
        goods: [
            (("Sweater", "セーター"), 12900),
            (("Cardigan", "カーディガン"), 13900),
            (("Scarf", "マフラー"), 5900),
            (("Socks", "靴下"), 1500),
            (("Beanie", "ニット帽"), 3900),
        ],
    },
    Shelf {
        slug: "bags",
        name: ("Bags", "鞄"),
        root: 2,
        vendor: 4,
        tax_class: "standard",
        shape: Shape::Bag,
        axis: Axis::Colour,
        goods: [
            (("Backpack", "リュックサック"), 14900),
            (("Tote Bag", "トートバッグ"), 6900),
            (("Wallet", "財布"), 5500),
            (("Travel Pouch", "旅行ポーチ"), 3300),
            (("Messenger Bag", "メッセンジャーバッグ"), 11900),
        ],
    },
    Shelf {
        slug: "accessories",
        name: ("Accessories", "小物"),
        root: 2,
        vendor: 4,
        tax_class: "standard",
        shape: Shape::Bag,
        axis: Axis::Colour,
        goods: [
            (("Belt", "ベルト"), 4900),
            (("Umbrella", "傘"), 5600),
            (("Watch Strap", "時計ベルト"), 3700),
            (("Key Ring", "キーホルダー"), 1900),
            (("Fan", "扇子"), 2700),
        ],
    },
    Shelf {
        slug: "stationery",
        name: ("Stationery", "文房具"),
        root: 3,
        vendor: 5,
        tax_class: "standard",
        shape: Shape::Paper,
        axis: Axis::Colour,
        goods: [
            (("Notebook", "ノート"), 1400),
            (("Fountain Pen", "万年筆"), 8900),
            (("Letter Set", "便箋セット"), 1700),
            (("Pencil Case", "筆箱"), 2600),
            (("Calendar", "カレンダー"), 2200),
        ],
    },
    Shelf {
        slug: "books",
        name: ("Books", "本"),
        root: 3,
        vendor: 5,
        tax_class: "reduced",
        shape: Shape::Paper,
        axis: Axis::None,
        goods: [
            (("Cookbook", "料理本"), 2900),
            (("Garden Guide", "庭の手引き"), 2400),
            (("Poetry Collection", "詩集"), 1800),
            (("Picture Book", "絵本"), 1600),
            (("Travel Atlas", "旅行地図帳"), 3900),
        ],
    },
    Shelf {
        slug: "tools",
        name: ("Tools", "道具"),
        root: 3,
        vendor: 1,
        tax_class: "standard",
        shape: Shape::Lamp,
        axis: Axis::Size,
        goods: [
            (("Scissors", "はさみ"), 3100),
            (("Kitchen Knife", "包丁"), 11900),
            (("Desk Clock", "置き時計"), 6400),
            (("Magnifier", "拡大鏡"), 2300),
            (("Desk Fan", "扇風機"), 5900),
        ],
    },
];

/// One for each product of the same good.
pub const STYLES: [Word; 5] = [
    ("Kyoto", "京都の"),
    ("Harbour", "港の"),
    ("Midnight", "真夜中の"),
    ("Meadow", "草原の"),
    ("Snow", "雪の"),
];

/// Code, name.
pub const MATERIALS: [(&str, Word); 8] = [
    ("copper", ("Copper", "銅")),
    ("oak", ("Oak", "オーク")),
    ("linen", ("Linen", "リネン")),
    ("ceramic", ("Ceramic", "陶器")),
    ("bamboo", ("Bamboo", "竹")),
    ("wool", ("Wool", "ウール")),
    ("leather", ("Leather", "革")),
    ("glass", ("Glass", "ガラス")),
];

/// Code, name, hue in degrees.
pub const COLOURS: [(&str, Word, u32); 6] = [
    ("indigo", ("Indigo", "藍色"), 230),
    ("vermilion", ("Vermilion", "朱色"), 12),
    ("moss", ("Moss", "苔色"), 95),
    ("sand", ("Sand", "砂色"), 42),
    ("plum", ("Plum", "梅色"), 320),
    ("sky", ("Sky", "空色"), 200),
];

pub const SIZES: [&str; 3] = ["S", "M", "L"];

/// A country's zone: code, prices with tax, standard and reduced rate in millionths.
pub const TAXES: [(&str, bool, i64, i64); 12] = [
    ("DE", true, 190_000, 70_000),
    ("FR", true, 200_000, 55_000),
    ("AT", true, 200_000, 100_000),
    ("IT", true, 220_000, 100_000),
    ("ES", true, 210_000, 100_000),
    ("NL", true, 210_000, 90_000),
    ("BE", true, 210_000, 60_000),
    ("IE", true, 230_000, 135_000),
    ("GB", true, 200_000, 0),
    ("CH", true, 81_000, 26_000),
    ("JP", true, 100_000, 80_000),
    ("US", false, 72_500, 0),
];
