package dev.embedctl.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** DuckDB, which reads what we write and knows nothing of how we write it. */
public final class DuckDb {
  private DuckDb() {}

  /** The rows of a query, in which {@code {}} stands for the file's name. */
  public static List<List<Object>> rows(String query, Path file) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query.replace("{}", quoted(file)))) {
      int columns = result.getMetaData().getColumnCount();
      List<List<Object>> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(plain(result.getObject(i)));
        }
        rows.add(Collections.unmodifiableList(row));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** Writes a query's rows to a Parquet file, with these options of {@code COPY}. */
  public static void writeParquet(String query, String options, Path file) {
    String copy = "COPY (" + query + ") TO {} (FORMAT parquet" + options + ")";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute(copy.replace("{}", quoted(file)));
    } catch (SQLException e) {
      throw new IllegalStateException(copy, e);
    }
  }

  private static String quoted(Path file) {
    return "'" + file.toString().replace("'", "''") + "'";
  }

  /** The names and types of a file's columns. */
  public static List<String> columns(String table, Path file) {
    return rows("DESCRIBE SELECT * FROM " + table, file).stream()
        .map(row -> row.get(0) + " " + row.get(1))
        .toList();
  }

  private static Object plain(Object value) throws SQLException {
    return value instanceof java.sql.Array array ? List.of((Object[]) array.getArray()) : value;
  }
}
