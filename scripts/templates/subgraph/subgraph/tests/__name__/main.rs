//! The __name__ subgraph through its server: every test has an own migrated database, on SQLite or PostgreSQL.

mod entries;

platform_testkit::subgraph_tests!(__name__::__Name__Subgraph);
