package dev.embedctl.cli;

import dev.embedctl.cli.batch.StatusLine;
import dev.embedctl.cli.batch.Width;
import dev.embedctl.cli.console.ByteSize;
import dev.embedctl.cli.console.Console;
import dev.embedctl.cli.console.Console.Stream;
import dev.embedctl.cli.console.TerminalWidth;
import dev.embedctl.provider.download.DownloadListener;
import java.util.Optional;

/** Shows how much of a model is here: a line that is drawn again at each percent, at a terminal. */
final class PullProgress implements DownloadListener, AutoCloseable {
  private static final int WHOLE = 100;

  private final Console console;
  private final Optional<StatusLine> line;
  private final Width width;
  private String name = "";
  private long bytes;
  private long received;
  private long drawn;

  PullProgress(Console console) {
    boolean screen =
        console.terminals().contains(Stream.ERR)
            && !console.env().getOrDefault("TERM", "").equals("dumb");
    this.console = console;
    this.line = screen ? Optional.of(new StatusLine(console.err())) : Optional.empty();
    this.width = Width.of(console.env(), TerminalWidth::now);
  }

  @Override
  public void waiting() {
    console.say("waits for another embedctl that downloads or removes a model");
  }

  @Override
  public void begun(String model, long size) {
    name = model;
    bytes = Math.max(1, size);
    draw(0);
  }

  @Override
  public void received(long more) {
    received += more;
    long percent = Math.min(WHOLE, received * WHOLE / bytes);
    if (percent > drawn) {
      draw(percent);
    }
  }

  private void draw(long percent) {
    drawn = percent;
    String text =
        "%s  %d %%  %s of %s"
            .formatted(name, percent, ByteSize.text(received), ByteSize.text(bytes));
    int columns = width.columns();
    line.ifPresent(
        shown -> shown.draw(text.substring(0, Math.min(text.length(), columns - 1)), columns));
  }

  @Override
  public void close() {
    line.ifPresent(StatusLine::close);
  }
}
