package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A page of jobs while it is searched for one with a label. Other jobs are not read, since they may
 * be of any kind.
 *
 * @param found the job with the label
 * @param size the number of jobs on the page
 * @param last the name of the last job on the page, if there is one
 * @param members the values besides the jobs, for example {@code has_more}
 */
record JobListing(
    Optional<Fields> found, int size, Optional<String> last, Map<String, String> members) {

  /** Where a page has its jobs, and where a job has its name and label. */
  record Form(String jobs, String name, String label) {}

  static JobListing search(InputStream page, Form form, String label) throws IOException {
    try (JsonParser json = WireJson.parser(page)) {
      json.nextToken();
      if (!json.isExpectedStartObjectToken()) {
        throw new IOException("the reply is not a JSON object");
      }
      Search search = new Search(form, label);
      WireJson.members(json, name -> search.member(json, name));
      return new JobListing(search.found, search.size, search.last, search.members);
    }
  }

  private static final class Search {
    private final Form form;
    private final String label;
    private final Map<String, String> members = new HashMap<>();
    private Optional<Fields> found = Optional.empty();
    private Optional<String> last = Optional.empty();
    private int size;

    private Search(Form form, String label) {
      this.form = form;
      this.label = label;
    }

    private void member(JsonParser json, String name) throws IOException {
      if (name.equals(form.jobs()) && json.isExpectedStartArrayToken()) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          job(Fields.at(json));
        }
      } else if (json.currentToken().isScalarValue()) {
        members.put(name, json.getText());
      } else {
        json.skipChildren();
      }
    }

    private void job(Fields job) {
      size++;
      last = job.text(form.name());
      if (found.isEmpty() && job.text(form.label()).equals(Optional.of(label))) {
        found = Optional.of(job);
      }
    }
  }
}
