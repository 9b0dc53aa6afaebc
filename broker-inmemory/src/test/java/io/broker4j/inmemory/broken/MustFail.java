package io.broker4j.inmemory.broken;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The rules that a broken broker breaks. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface MustFail {

    /** The rules that at least one test must find broken. */
    String[] value();

    /** Rules that break along with them: shown by the same tests, or by tests that rely on the broken ones. */
    String[] collateral() default {};
}
