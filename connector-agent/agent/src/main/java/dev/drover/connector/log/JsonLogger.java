package dev.drover.connector.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.DefaultLoggingEvent;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** A logger that hands every event to {@link JsonLogs}. */
final class JsonLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;

  JsonLogger(String name) {
    this.name = name;
  }

  @Override
  public void log(LoggingEvent event) {
    JsonLogs.write(
        event, MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()));
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable error) {
    DefaultLoggingEvent event = new DefaultLoggingEvent(level, this);
    if (error != null) {
      event.setThrowable(error);
    }
    JsonLogs.write(event, String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments)));
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return JsonLogs.isEnabled(name, Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return JsonLogs.isEnabled(name, Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return JsonLogs.isEnabled(name, Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return JsonLogs.isEnabled(name, Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return JsonLogs.isEnabled(name, Level.ERROR);
  }
}
