package dev.embedctl.spark;

import dev.embedctl.io.input.TextRules;
import dev.embedctl.model.FailureCode;
import dev.embedctl.model.Text;
import dev.embedctl.model.TextFailure;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;

/** Why a text cannot be embedded, as a row of {@link Columns#PROBLEM}; null for a valid text. */
final class ProblemOfText implements UDF1<String, Row> {
  private static final long serialVersionUID = 1L;

  @Override
  public Row call(String text) {
    if (text == null) {
      return row(new TextFailure(FailureCode.MISSING_TEXT, "the row has no text", 0));
    }
    return switch (TextRules.check(text)) {
      case Text.Valid valid -> null;
      case Text.Invalid invalid -> row(new TextFailure(invalid.code(), invalid.message(), 0));
    };
  }

  static Row row(TextFailure failure) {
    return RowFactory.create(failure.code().word(), failure.message(), failure.attempts());
  }
}
