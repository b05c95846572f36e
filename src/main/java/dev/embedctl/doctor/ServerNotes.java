package dev.embedctl.doctor;

import dev.embedctl.provider.remote.Answer;
import dev.embedctl.provider.remote.ServerListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Keeps the facts and replies that a provider reports during an examination. */
public final class ServerNotes implements ServerListener {
  private final Consumer<String> people;
  private final List<String> learned = new CopyOnWriteArrayList<>();
  private final AtomicReference<Optional<Answer>> last = new AtomicReference<>(Optional.empty());

  /**
   * Empty notes.
   *
   * @param people receives each learned fact at once
   */
  public ServerNotes(Consumer<String> people) {
    this.people = people;
  }

  @Override
  public void learned(String sentence) {
    learned.add(sentence);
    people.accept(sentence);
  }

  @Override
  public void answered(Answer answer) {
    last.set(Optional.of(answer));
  }

  List<String> learned() {
    return List.copyOf(learned);
  }

  /** The last reply since the previous call of this method; empty if there was none. */
  Optional<Answer> takeLast() {
    return last.getAndSet(Optional.empty());
  }
}
