//! A model at random: types, who knows them, and the plain fields. `weave` then lets subgraphs depend on each other.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::ast::Type;

use super::dice::Dice;
use super::model::{Field, Holder, Interface, Kind, Model, Object, Sel, Union, Value, edge, named};
use super::{above, through, weave};

pub const LEAVES: [&str; 8] = ["String", "Int", "ID", "Boolean", "String", "Int", "Shade", "Blob"];
/// Part of `Query` is what a client can always ask; the others exist where a subgraph has fields in them.
pub const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

pub struct Build {
    pub dice: Dice,
    pub model: Model,
}

pub fn model(seed: u64) -> Model {
    let mut dice = Dice::new(seed);
    let subgraphs = 3 + dice.below(3);
    let model = Model {
        seed,
        subgraphs,
        objects: Vec::new(),
        interfaces: Vec::new(),
        unions: Vec::new(),
        enums: BTreeMap::from([(
            "Shade",
            vec![("DARK", false), ("LIGHT", false), ("id", false), ("SECRET", true)],
        )]),
        contexts: Vec::new(),
        old: BTreeSet::new(),
    };
    let mut build = Build { dice, model };
    build.old();
    for root in ROOTS {
        build.object(root, Kind::Root);
    }
    build.values();
    let entities = 3 + build.dice.below(3);
    (0..entities).for_each(|index| build.entity(&format!("E{index}")));
    build.abstract_types();
    through::wider(&mut build);
    build.media();
    for index in 0..build.model.objects.len() {
        if build.model.objects[index].kind == Kind::Entity {
            build.own_fields(index);
        }
    }
    through::common(&mut build);
    through::divided(&mut build);
    above::contexts(&mut build);
    weave::computed(&mut build);
    through::required(&mut build);
    weave::provided(&mut build);
    weave::overridden(&mut build);
    weave::hidden(&mut build);
    weave::rules(&mut build);
    build.roots();
    weave::nullable_keys(&mut build);
    build.model
}

impl Build {
    /// Which subgraphs have not moved on to Federation 2: never all, and none that may fail as a whole.
    fn old(&mut self) {
        let edge = edge(&self.model);
        if self.dice.chance(40) {
            let first = self.dice.below(edge);
            self.model.old.insert(first);
            if edge > 2 && self.dice.chance(25) {
                self.model.old.insert((first + 1) % edge);
            }
        }
    }

    pub fn object_index(&mut self, name: &str, kind: Kind) -> usize {
        self.object(name, kind);
        self.model.objects.len() - 1
    }

    fn object(&mut self, name: &str, kind: Kind) -> &mut Object {
        self.model.objects.push(Object {
            name: name.to_owned(),
            kind,
            inaccessible: false,
            rule: None,
            keys: Vec::new(),
            holders: BTreeMap::new(),
            fields: Vec::new(),
        });
        self.model.objects.last_mut().unwrap()
    }

    fn values(&mut self) {
        let reference = self.object("Ref", Kind::Value);
        reference.fields = vec![Field::key("id", "ID"), Field::key("no", "Int")];
        let value = self.object("V0", Kind::Value);
        let leaf = |name: &str, ty: Type| Field { owners: BTreeSet::new(), ..Field::new(name, ty, 0) };
        value.fields = vec![
            leaf("a", named("String", false)),
            leaf("b", named("Int", false)),
            leaf("id", named("String", true)),
            leaf("shades", Type::List(Box::new(named("Shade", false)))),
        ];
        let value = self.object("V1", Kind::Value);
        value.fields = vec![leaf("a", named("Int", true)), leaf("of", named("E0", false))];
        value.fields.push(leaf("parts", Type::List(Box::new(named("V0", true)))));
    }

    fn entity(&mut self, name: &str) {
        let edge = edge(&self.model);
        let home = self.dice.below(edge);
        let style = self.dice.below(4);
        let extra_key = match style {
            0 => None,
            1 => Some(vec![Sel::leaf("sku")]),
            2 => Some(vec![Sel::leaf("id"), Sel::leaf("code")]),
            _ => Some(vec![Sel::nest("ref", vec![Sel::leaf("id")])]),
        };
        let is_composite_alone = style == 2 && self.dice.chance(50);
        let mut keys = vec![vec![Sel::leaf("id")]];
        keys.extend(extra_key);
        if is_composite_alone {
            keys.remove(0);
        }
        let mut holders = BTreeMap::new();
        let all: Vec<usize> = (0..keys.len()).collect();
        holders.insert(home, Holder { keys: all.clone(), ..Holder::default() });
        for subgraph in 0..=edge {
            let is_known = self.dice.chance(if subgraph == edge { 60 } else { 45 });
            if subgraph == home || !is_known {
                continue;
            }
            let keys = match self.dice.below(3) {
                0 if subgraph != edge => all.clone(),
                1 if subgraph != edge => vec![keys.len() - 1],
                _ => vec![0],
            };
            let extends = self.dice.chance(25);
            holders.insert(subgraph, Holder { keys, extends, ..Holder::default() });
        }
        let mut fields = vec![Field::key("id", "ID")];
        match style {
            1 => fields.push(Field::key("sku", "String")),
            2 => fields.push(Field::key("code", "Int")),
            3 => fields.push(Field::key("ref", "Ref")),
            _ => {}
        }
        let object = self.object(name, Kind::Entity);
        (object.keys, object.holders, object.fields) = (keys, holders, fields);
    }

    fn abstract_types(&mut self) {
        let entities: Vec<String> = self.entities();
        for name in ["I0", "U0"] {
            let mut members: Vec<String> = entities.clone();
            while members.len() > 3 {
                let out = self.dice.below(members.len());
                members.remove(out);
            }
            let mut members_in: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
            for subgraph in 0..self.model.subgraphs {
                let mut known: BTreeSet<String> = members.iter().cloned().collect();
                known.retain(|member| self.has_id(member, subgraph) && self.dice.chance(75));
                if !known.is_empty() && self.dice.chance(80) {
                    members_in.insert(subgraph, known);
                }
            }
            if name == "I0" {
                for (subgraph, known) in &members_in {
                    for object in self.model.objects.iter_mut().filter(|each| known.contains(&each.name)) {
                        object.holders.get_mut(subgraph).unwrap().implements.insert(name.to_owned());
                    }
                }
                let (as_object, fields) = (BTreeSet::new(), Vec::new());
                self.model.interfaces.push(Interface {
                    name: name.into(),
                    members,
                    members_in,
                    as_object,
                    fields,
                });
            } else {
                for (subgraph, known) in &mut members_in {
                    if self.dice.chance(30) {
                        known.insert("V0".to_owned());
                        self.declare("V0", *subgraph);
                    }
                }
                self.model.unions.push(Union { name: name.into(), members_in });
            }
        }
    }

    pub fn has_id(&self, object: &str, subgraph: usize) -> bool {
        let object = self.model.object(object).unwrap();
        let holder = object.holders.get(&subgraph);
        holder.is_some_and(|each| each.keys.iter().any(|key| object.keys[*key].contains(&Sel::leaf("id"))))
    }

    /// An interface with a key, its implementations, and subgraphs that know it as an object.
    fn media(&mut self) {
        let edge = edge(&self.model);
        let able: Vec<usize> = (0..edge).filter(|each| !self.model.old.contains(each)).collect();
        let home = *self.dice.pick(&able);
        let hidden = self.dice.chance(40);
        let names: Vec<String> = (0..2 + usize::from(hidden)).map(|index| format!("M{index}")).collect();
        for (index, name) in names.iter().enumerate() {
            let object = self.object(name, Kind::Entity);
            object.keys = vec![vec![Sel::leaf("id")]];
            object.inaccessible = index == 2;
            let implements = BTreeSet::from(["M".to_owned()]);
            object.holders.insert(home, Holder { keys: vec![0], implements, ..Holder::default() });
            object.fields = vec![Field::key("id", "ID"), Field::new("title", named("String", false), home)];
        }
        let as_object: BTreeSet<usize> =
            (0..=edge).filter(|each| *each != home && self.dice.chance(50)).collect();
        let as_object: BTreeSet<usize> = as_object.difference(&self.model.old).copied().collect();
        if let Some(stranger) = (0..edge).find(|each| *each != home && !as_object.contains(each)) {
            let first = self.model.objects.iter_mut().find(|each| each.name == "M0").unwrap();
            first.holders.insert(stranger, Holder { keys: vec![0], ..Holder::default() });
        }
        let members_in = BTreeMap::from([(home, names.iter().cloned().collect())]);
        let mut fields = Vec::new();
        for subgraph in &as_object {
            let ty = self.leaf();
            fields.push(Field::new(format!("io{subgraph}"), ty, *subgraph));
            let ty = self.field_type(*subgraph);
            fields.push(Field::new(format!("go{subgraph}"), ty, *subgraph));
            if self.dice.chance(60) {
                let mut field = Field::new(format!("cio{subgraph}"), named("String", false), *subgraph);
                field.value = Value::Computed;
                field.requires = vec![Sel::leaf("title")];
                fields.push(field);
                for name in &names {
                    let object = self.model.objects.iter_mut().find(|each| each.name == *name).unwrap();
                    object.fields.iter_mut().find(|each| each.name == "title").unwrap().is_input = true;
                }
            }
        }
        self.model.interfaces.push(Interface {
            name: "M".into(),
            members: names,
            members_in,
            as_object,
            fields,
        });
    }

    /// Those that may stand anywhere.
    pub fn entities(&self) -> Vec<String> {
        let is_free = |each: &&Object| each.kind == Kind::Entity && !each.name.starts_with(above::BELOW);
        let entities = self.model.objects.iter().filter(is_free);
        entities.map(|each| each.name.clone()).collect()
    }

    pub fn own_fields(&mut self, index: usize) {
        let holders: Vec<usize> = self.model.objects[index].holders.keys().copied().collect();
        for subgraph in holders.iter().copied() {
            if self.model.objects[index].holders[&subgraph].is_stub {
                continue;
            }
            for _ in 0..1 + self.dice.below(3) {
                let ty = self.field_type(subgraph);
                let name = self.name(index);
                let mut field = Field::new(name, ty, subgraph);
                if self.dice.chance(25) {
                    field.arguments = self.arguments();
                }
                self.model.objects[index].fields.push(field);
            }
            if self.dice.chance(20) {
                let mut field = Field::new("tick", named("Int", true), subgraph);
                field.value = Value::Tick;
                if self.model.objects[index].fields.iter().all(|each| each.name != "tick") {
                    self.model.objects[index].fields.push(field);
                }
            }
        }
        let edge = edge(&self.model);
        let sharing: Vec<usize> = holders.into_iter().filter(|each| *each != edge).collect();
        let is_plain = self.model.interface_object_of(&self.model.objects[index].name).is_none();
        if is_plain && sharing.len() > 1 && self.dice.chance(70) {
            let mut field = Field::new("label", named("String", false), sharing[0]);
            field.owners = sharing.iter().copied().collect();
            if self.dice.chance(40) {
                field.strict.insert(*self.dice.pick(&sharing));
            }
            self.model.objects[index].fields.push(field);
        }
    }

    pub fn name(&self, object: usize) -> String {
        format!("f{}", self.model.objects[object].fields.len())
    }

    pub fn arguments(&mut self) -> Vec<(&'static str, &'static str)> {
        let choices: [&[(&str, &str)]; 5] = [
            &[("x", "Int")],
            &[("text", "String!")],
            &[("x", "Int = 3"), ("text", "String")],
            &[("by", "Filter")],
            &[("kind", "Shade"), ("ids", "[ID!]")],
        ];
        self.dice.pick(&choices).to_vec()
    }

    pub fn leaf(&mut self) -> Type {
        let name = *self.dice.pick(&LEAVES);
        self.wrapped(name)
    }

    pub fn wrapped(&mut self, name: &str) -> Type {
        let ty = named(name, self.dice.chance(35));
        match self.dice.below(12) {
            0 => Type::List(Box::new(ty)),
            1 => Type::NonNullList(Box::new(ty)),
            2 => Type::List(Box::new(Type::List(Box::new(ty)))),
            _ => ty,
        }
    }

    /// A type that a field of this subgraph may have; what it takes is declared there.
    pub fn field_type(&mut self, subgraph: usize) -> Type {
        if self.dice.chance(45) {
            return self.leaf();
        }
        let name = self.composite(subgraph);
        let ty = named(&name, self.dice.chance(25));
        match self.dice.below(5) {
            0 | 1 => Type::List(Box::new(ty)),
            2 if self.dice.chance(30) => Type::List(Box::new(Type::List(Box::new(ty)))),
            _ => ty,
        }
    }

    fn composite(&mut self, subgraph: usize) -> String {
        let mut names: Vec<String> = vec!["V0".into(), "V1".into()];
        let model = &self.model;
        let media = model.interface("M");
        for name in self.entities() {
            if !name.starts_with('M') || model.object(&name).unwrap().holders.contains_key(&subgraph) {
                names.push(name);
            }
        }
        for interface in &model.interfaces {
            if interface.members_in.contains_key(&subgraph) || interface.as_object.contains(&subgraph) {
                names.push(interface.name.clone());
                names.push(interface.name.clone());
            }
        }
        for union in &model.unions {
            if union.members_in.contains_key(&subgraph) {
                names.extend([union.name.clone(), union.name.clone()]);
            }
        }
        let is_media = |name: &String| name.starts_with('M');
        if media.is_some() {
            names.retain(|name| !is_media(name) || !model.object(name).is_some_and(|each| each.inaccessible));
        }
        let name = self.dice.pick(&names).clone();
        self.declare(&name, subgraph);
        name
    }

    /// Sees to it that a subgraph knows a type.
    pub fn declare(&mut self, name: &str, subgraph: usize) {
        let Some(index) = self.model.objects.iter().position(|each| each.name == name) else { return };
        if self.model.objects[index].holders.contains_key(&subgraph) {
            return;
        }
        let keys = if self.model.objects[index].keys.is_empty() { Vec::new() } else { vec![0] };
        let unresolvable = self.dice.chance(40) && !self.model.old.contains(&subgraph);
        let holder = Holder { keys, is_stub: true, unresolvable, ..Holder::default() };
        self.model.objects[index].holders.insert(subgraph, holder);
        let below: Vec<String> = self.model.objects[index]
            .fields
            .iter()
            .map(|each| each.ty.inner_named_type().to_string())
            .collect();
        if self.model.objects[index].kind == Kind::Value {
            below.iter().for_each(|each| self.declare(each, subgraph));
        }
    }

    fn roots(&mut self) {
        let edge = edge(&self.model);
        for subgraph in 0..=edge {
            for root in 0..ROOTS.len() {
                let count = match root {
                    0 => 1 + self.dice.below(3),
                    _ => usize::from(self.dice.chance(50)),
                };
                for _ in 0..count {
                    self.root_field(root, subgraph);
                }
            }
        }
        let pair = (0..edge).flat_map(|one| (0..one).map(move |other| (one, other)));
        let entities = self.entities();
        let shared = pair.into_iter().find_map(|(one, other)| {
            let both = |name: &&String| {
                let holders = &self.model.object(name).unwrap().holders;
                holders.contains_key(&one) && holders.contains_key(&other)
            };
            Some((one, other, entities.iter().find(both)?.clone()))
        });
        if let Some((one, other, entity)) = shared {
            let mut field = Field::new("shared", Type::List(Box::new(named(&entity, false))), one);
            field.owners.insert(other);
            self.model.objects[0].fields.push(field);
        }
    }

    fn root_field(&mut self, root: usize, subgraph: usize) {
        let effect = self.name(root);
        if root == 1 && self.dice.chance(75) {
            // What a mutation answers: how many have run, and the way on.
            let payload = format!("P{effect}");
            let entity = self.composite(subgraph);
            let holder = BTreeMap::from([(subgraph, Holder::default())]);
            let mut seq = Field::new("seq", named("Int", true), subgraph);
            seq.value = Value::Tick;
            let on = Field::new("of", named(&entity, false), subgraph);
            let query = Field::new("query", named("Query", false), subgraph);
            let object = self.object(&payload, Kind::Value);
            object.holders = holder;
            object.fields = vec![seq, on, query];
            let ty = named(&payload, self.dice.chance(30));
            let mut field = Field::new(effect, ty, subgraph);
            field.value = Value::Effect;
            field.arguments = vec![("x", "Int")];
            self.model.objects[root].fields.push(field);
            return;
        }
        let ty = if self.dice.chance(90) {
            let name = self.composite(subgraph);
            let ty = named(&name, self.dice.chance(15));
            if root != 2 && self.dice.chance(50) { Type::List(Box::new(ty)) } else { ty }
        } else {
            self.leaf()
        };
        let mut field = Field::new(effect, ty, subgraph);
        if root == 1 {
            field.value = Value::Effect;
        }
        if self.dice.chance(25) {
            field.arguments = self.arguments();
        }
        self.model.objects[root].fields.push(field);
    }
}
