package dev.embedctl.search;

import java.io.IOException;

/** A part of an output that one thread compares with the query. */
@FunctionalInterface
interface ScannedPart {

  /**
   * Offers the rows that may be among the nearest; returns the number of all rows.
   *
   * @param part the number of this part
   */
  long scan(int part, Query query, Nearest nearest) throws IOException;
}
