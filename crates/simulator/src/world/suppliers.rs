//! The suppliers and their goods.

use super::trade::{Item, Supplier};

const fn item(
    code: &'static str,
    [english, german, polish]: [&'static str; 3],
    unit: &'static str,
    (price, per): (i64, i64),
    usual: (i64, i64),
) -> Item {
    Item {
        code,
        english,
        german,
        polish,
        unit,
        price,
        per,
        usual,
    }
}

const STEEL: &[Item] = &[
    item(
        "ST-2150",
        ["Coil 1.5 mm S235", "Warmband 1,5 mm S235", "Taśma 1,5 mm S235"],
        "TNE",
        (53_600, 1),
        (6, 30),
    ),
    item(
        "ST-2200",
        ["Coil 2.0 mm S235", "Warmband 2,0 mm S235", "Taśma 2,0 mm S235"],
        "TNE",
        (54_300, 1),
        (6, 24),
    ),
    item(
        "ST-3004",
        ["Angle 40 x 40 x 4", "Winkelstahl 40 x 40 x 4", "Kątownik 40 x 40 x 4"],
        "MTR",
        (412, 1),
        (60, 900),
    ),
    item(
        "ST-9010",
        ["Edge protection", "Kantenschutz", "Ochrona krawędzi"],
        "H87",
        (777, 1),
        (40, 240),
    ),
];
const FOOD: &[Item] = &[
    item(
        "FO-1001",
        ["Olive oil 6 x 1 l", "Olivenöl 6 x 1 l", "Oliwa 6 x 1 l"],
        "CS",
        (1_000, 1),
        (200, 3_000),
    ),
    item(
        "FO-1010",
        [
            "Tomato passata 12 x 700 g",
            "Passierte Tomaten 12 x 700 g",
            "Passata 12 x 700 g",
        ],
        "CS",
        (1_140, 1),
        (100, 1_200),
    ),
    item(
        "FO-1044",
        ["Arborio rice 10 kg", "Arborio-Reis 10 kg", "Ryż arborio 10 kg"],
        "BG",
        (1_590, 1),
        (50, 600),
    ),
    item(
        "FO-1090",
        ["Sea salt, loose", "Meersalz, lose", "Sól morska luzem"],
        "KGM",
        (38, 1),
        (500, 8_000),
    ),
];
const ELECTRONICS: &[Item] = &[
    item(
        "EL-4001",
        [
            "Proximity sensor M12",
            "Näherungsschalter M12",
            "Czujnik zbliżeniowy M12",
        ],
        "H87",
        (2_390, 1),
        (20, 400),
    ),
    item(
        "EL-4020",
        ["Cable LiYY 4 x 0.5", "Leitung LiYY 4 x 0,5", "Przewód LiYY 4 x 0,5"],
        "MTR",
        (8_900, 100),
        (200, 4_000),
    ),
    item(
        "EL-4055",
        [
            "Terminal block, 50 pack",
            "Reihenklemme, 50er Pack",
            "Listwa zaciskowa, 50 szt.",
        ],
        "PK",
        (3_120, 1),
        (10, 120),
    ),
];
const PACKAGING: &[Item] = &[
    item(
        "PA-5001",
        [
            "Carton 400 x 300 x 200",
            "Karton 400 x 300 x 200",
            "Karton 400 x 300 x 200",
        ],
        "H87",
        (4_800, 100),
        (500, 9_000),
    ),
    item(
        "PA-5012",
        ["Stretch film 23 my", "Stretchfolie 23 my", "Folia stretch 23 my"],
        "RO",
        (890, 1),
        (40, 360),
    ),
    item(
        "PA-5030",
        ["Euro pallet, used", "Europalette, gebraucht", "Paleta EUR, używana"],
        "H87",
        (980, 1),
        (30, 330),
    ),
];
const TOOLS: &[Item] = &[
    item(
        "TO-6002",
        ["Cutting disc 125 mm", "Trennscheibe 125 mm", "Tarcza tnąca 125 mm"],
        "H87",
        (119, 1),
        (100, 2_000),
    ),
    item(
        "TO-6017",
        ["Drill set HSS 1-13", "Bohrersatz HSS 1-13", "Zestaw wierteł HSS 1-13"],
        "SET",
        (4_450, 1),
        (5, 80),
    ),
    item(
        "TO-6040",
        ["Work glove size 9", "Arbeitshandschuh Gr. 9", "Rękawice rozm. 9"],
        "PR",
        (265, 1),
        (60, 1_200),
    ),
];
const CHEMICALS: &[Item] = &[
    item(
        "CH-7001",
        ["Degreaser, 20 l can", "Entfetter, 20-l-Kanister", "Odtłuszczacz 20 l"],
        "H87",
        (5_490, 1),
        (6, 60),
    ),
    item(
        "CH-7015",
        ["Hydraulic oil HLP 46", "Hydrauliköl HLP 46", "Olej hydrauliczny HLP 46"],
        "LTR",
        (312, 1),
        (200, 2_000),
    ),
];
const PAPER: &[Item] = &[
    item(
        "PP-8001",
        ["Copy paper A4, 80 g", "Kopierpapier A4, 80 g", "Papier A4, 80 g"],
        "RM",
        (419, 1),
        (100, 1_000),
    ),
    item(
        "PP-8022",
        [
            "Label roll 100 x 150",
            "Etikettenrolle 100 x 150",
            "Rolka etykiet 100 x 150",
        ],
        "RO",
        (730, 1),
        (50, 500),
    ),
];

#[expect(
    clippy::too_many_arguments,
    reason = "a row of the table below, which is the only caller"
)]
const fn supplier(
    id: &'static str,
    name: &'static str,
    category: &'static str,
    [answers, silent, changes, dear]: [i64; 4],
    lead: (i64, i64),
    terms: i64,
    invoice: &'static str,
    items: &'static [Item],
) -> Supplier {
    Supplier {
        id,
        name,
        category,
        answers,
        silent,
        changes,
        dear,
        lead,
        terms,
        invoice,
        items,
    }
}

/// Who delivers: how fast it answers (working minutes), then in a hundred orders: silent, changed, dearer.
pub(crate) const SUPPLIERS: [Supplier; 13] = [
    supplier(
        "100417",
        "Baltic Steel Oy",
        "metals",
        [380, 2, 22, 4],
        (3, 7),
        14,
        "BS",
        STEEL,
    ),
    supplier(
        "100422",
        "Orla Foods Ltd",
        "food",
        [540, 9, 8, 12],
        (2, 6),
        14,
        "9",
        FOOD,
    ),
    supplier(
        "100431",
        "Kaito Electronics GmbH",
        "electronics",
        [160, 1, 6, 2],
        (2, 5),
        21,
        "KE-2",
        ELECTRONICS,
    ),
    supplier(
        "100438",
        "Verpackungswerk Harz",
        "packaging",
        [240, 3, 5, 3],
        (1, 4),
        10,
        "VH",
        PACKAGING,
    ),
    supplier(
        "100445",
        "Nowicki Opakowania",
        "packaging",
        [200, 2, 7, 3],
        (1, 3),
        14,
        "FV/",
        PACKAGING,
    ),
    supplier(
        "100452",
        "Pennine Tools Ltd",
        "tools",
        [300, 4, 6, 5],
        (2, 6),
        30,
        "PT",
        TOOLS,
    ),
    supplier(
        "100460",
        "Rheinchem AG",
        "chemicals",
        [260, 2, 9, 3],
        (3, 8),
        14,
        "RC",
        CHEMICALS,
    ),
    supplier(
        "100466",
        "Papier Union Nord",
        "paper",
        [120, 1, 3, 2],
        (1, 3),
        10,
        "PUN",
        PAPER,
    ),
    supplier(
        "100471",
        "Stalex Sp. z o.o.",
        "metals",
        [320, 3, 12, 4],
        (3, 8),
        14,
        "STX",
        STEEL,
    ),
    supplier(
        "100478",
        "Dolce Campo Srl",
        "food",
        [420, 5, 10, 5],
        (4, 9),
        21,
        "DC",
        FOOD,
    ),
    supplier(
        "100483",
        "Volta Components BV",
        "electronics",
        [180, 1, 5, 2],
        (2, 6),
        14,
        "VC",
        ELECTRONICS,
    ),
    supplier(
        "100490",
        "Werkzeug Brandt KG",
        "tools",
        [220, 2, 4, 3],
        (1, 4),
        10,
        "WB",
        TOOLS,
    ),
    supplier(
        "100495",
        "Humber Chemicals plc",
        "chemicals",
        [350, 3, 8, 4],
        (3, 7),
        30,
        "HC",
        CHEMICALS,
    ),
];
