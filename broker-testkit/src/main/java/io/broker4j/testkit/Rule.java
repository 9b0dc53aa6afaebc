package io.broker4j.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Names the rules of {@code docs/guarantees.md} that a test shows, such as {@code S1}. The outcome of each such test is
 * written to {@code target/rules/}, whatever build tool runs it; {@link RuleReport} makes a table of it. The JUnit
 * configuration parameter {@code io.broker4j.testkit.rules} names another directory.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(RuleRecorder.class)
@SuppressWarnings("exports") // JUnit finds the recorder, nobody else needs it
public @interface Rule {

    /** {@return the rules' ids, such as {@code S1}} */
    String[] value();
}
