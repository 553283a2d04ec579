DROP TABLE index_results;
DROP TABLE indices;
