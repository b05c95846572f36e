package dev.embedctl.spark;

import java.io.Serializable;
import scala.runtime.AbstractFunction1;

/** Whether the number of a partition is in a range. */
final class PartitionRange extends AbstractFunction1<Object, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int from;
  private final int count;

  PartitionRange(int from, int count) {
    this.from = from;
    this.count = count;
  }

  @Override
  public Object apply(Object partition) {
    int number = (Integer) partition;
    return number >= from && number < from + count;
  }
}
