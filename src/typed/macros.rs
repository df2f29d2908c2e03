//! The form of a declaration, and what becomes of each of its words.

/// Declares a procedure whose mistakes do not compile: see [`typed`](crate::typed).
#[macro_export]
macro_rules! procedure {
    (
        $(#[$meta:meta])*
        $vis:vis mod $module:ident = $id:literal : $title:tt {
            $(identity { $($key:ident : $value:tt),* $(,)? })?
            roles { $($role:tt = $role_id:literal : $role_name:tt),* $(,)? }
            $(documents { $($document:tt = $document_id:literal : $document_name:tt $($external:ident)?),* $(,)? })?
            steps { $($step:tt = $step_id:literal : $activity:tt { $($part:ident : $what:tt),* $(,)? })* }
            $(duties { $($duty:ident : [$($dutiful:ident),* $(,)?]),* $(,)? })?
        }
    ) => {
        $(#[$meta])*
        #[allow(dead_code, unreachable_pub, reason = "a program need not use all of a procedure")]
        #[allow(missing_debug_implementations, missing_copy_implementations, reason = "types of steps have no values to show")]
        #[allow(clippy::needless_update, reason = "a step may have every part that there is")]
        $vis mod $module {
            #[doc = concat!("The procedure `", $id, "`: ", $crate::typed::private::__procedure!(@first $title), ".")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub struct Sop;

            $crate::typed::private::__procedure! { @named "role" Role
                /// The roles, lowest rank first.
                { $([$crate::typed::private::__procedure!(@first $role_name)] $role = $role_id),* }
            }
            $crate::typed::private::__procedure! { @named "document" Document
                /// The documents that steps need or yield.
                { $($([$crate::typed::private::__procedure!(@first $document_name)] $document = $document_id),*)? }
            }
            $crate::typed::private::__procedure! { @named "step" Step
                /// The steps, in the order of the form.
                { $([$crate::typed::private::__procedure!(@first $activity)] $step = $step_id),* }
            }

            $crate::typed::private::__procedure! { @index Role RoleIx role_ix }
            $crate::typed::private::__procedure! { @index Document DocumentIx document_ix }
            $crate::typed::private::__procedure! { @index Step StepIx step_ix }

            $crate::typed::private::__procedure! { @as_it_is
                /// A type for each step, to ask a case for the work item that offers what the step allows.
                pub mod step {
                    $(
                        #[doc = concat!("Step `", $step_id, "`: ", $crate::typed::private::__procedure!(@first $activity))]
                        pub struct $step;

                        impl $crate::typed::StepOf<super::Sop> for $step {
                            const STEP: super::Step = super::Step::$step;
                            const INDEX: u16 = super::Step::$step as u16;
                            type Ways = $crate::typed::private::__procedure!(@ways $step $($part $what)*);
                            type Back = $crate::typed::private::__procedure!(@ways_back $step $($part $what)*);
                        }
                    )*
                }
            }

            /// The outcomes of each step that has several, returns left out: an enum of the name of the step.
            pub mod outcome {
                $($($crate::typed::private::__procedure! { @outcome $step $part $what })*)*
            }

            /// Where each step that returns work for revision can return it: an enum of the name of the step.
            pub mod back {
                $($($crate::typed::private::__procedure! { @back $step $part $what })*)*
            }

            $crate::typed::private::__procedure! { @as_it_is
                /// The work item of any step, by step.
                #[derive(Debug)]
                pub enum Work<'c> {
                    $(
                        #[doc = concat!("Step `", $step_id, "`: ", $crate::typed::private::__procedure!(@first $activity))]
                        $step($crate::typed::ItemOf<'c, Sop, step::$step>),
                    )*
                }
            }

            impl Sop {
                /// The procedure as data, as a file of the same content would be read.
                #[must_use]
                pub fn procedure() -> $crate::typed::private::Procedure {
                    <Self as $crate::typed::Declared>::procedure()
                }

                /// Proves what compiling the declaration has not proved.
                ///
                /// # Errors
                ///
                /// The report, when it has at least one error.
                pub fn verify() -> Result<$crate::typed::Sound<Self>, $crate::typed::private::Report> {
                    $crate::typed::Sound::verify()
                }
            }

            impl $crate::typed::Declared for Sop {
                type Role = Role;
                type Document = Document;
                type Step = Step;
                type Work<'c> = Work<'c>;

                const DECLARATION: &'static $crate::typed::private::Declaration<'static> =
                    &$crate::typed::private::Declaration {
                        name: stringify!($module),
                        id: $id,
                        title: $crate::typed::private::__procedure!(@words $title),
                        $($($key: $crate::typed::private::__procedure!(@value $key $value),)*)?
                        roles: &[$($crate::typed::private::DeclaredName {
                            id: $role_id,
                            name: $crate::typed::private::__procedure!(@words $role_name),
                            external: false,
                        }),*],
                        documents: &[$($($crate::typed::private::DeclaredName {
                            id: $document_id,
                            name: $crate::typed::private::__procedure!(@words $document_name),
                            external: $crate::typed::private::__procedure!(@external $($external)?),
                        }),*)?],
                        steps: &[$($crate::typed::private::DeclaredStep {
                            name: stringify!($step),
                            id: $step_id,
                            activity: $crate::typed::private::__procedure!(@words $activity),
                            $($part: $crate::typed::private::__procedure!(@value $part $what),)*
                            ..$crate::typed::private::DeclaredStep::BLANK
                        }),*],
                        duties: &[$($($crate::typed::private::duties::$duty(&[$(Step::$dutiful as u16),*])),*)?],
                        ..$crate::typed::private::Declaration::BLANK
                    };

                fn work(turn: $crate::typed::private::Turn<'_>, step: Step) -> Work<'_> {
                    match step {
                        $(Step::$step => Work::$step(turn.item(step::$step)),)*
                    }
                }
            }

            #[allow(long_running_const_eval, reason = "a large procedure takes a while")]
            const _: () = $crate::typed::private::require(<Sop as $crate::typed::Declared>::DECLARATION);
        }
    };
}

/// What becomes of the words of a declaration.
#[doc(hidden)]
#[macro_export]
macro_rules! __procedure {
    // What comes after the enums, so that of two steps with one name the enum is complained about first: it has the line.
    (@as_it_is $($item:tt)*) => { $($item)* };

    // An enum whose variants have ids.
    (@named $what:literal $name:tt $(#[$meta:meta])* { $([$doc:expr] $variant:tt = $id:expr),* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $(#[doc = $doc] $variant),* }

        impl $name {
            /// Each of them, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its id, which is what is stored and exchanged.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// The one with an id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> {
                $crate::typed::Named::from_id(id)
            }
        }

        impl $crate::typed::Named for $name {
            const WHAT: &'static str = $what;
            const ALL: &'static [Self] = &[$(Self::$variant),*];
            const IDS: &'static [&'static str] = &[$($id),*];

            #[inline]
            fn index(self) -> usize {
                match self { $(Self::$variant => Self::$variant as usize),* }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.id())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::typed::UnknownId;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                $crate::typed::private::parse(id)
            }
        }

        impl $crate::typed::private::Serialize for $name {
            fn serialize<S: $crate::typed::private::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        impl<'de> $crate::typed::private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::typed::private::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::typed::private::deserialize(deserializer)
            }
        }
    };
    (@index $name:ident $index:ident $of:ident) => {
        impl From<$name> for $crate::typed::private::$index {
            fn from(named: $name) -> Self {
                $crate::typed::private::$of(named)
            }
        }
    };

    // The ways on of a step, and the ways back.
    (@ways $step:tt outcomes { $only:tt = $id:literal : $what:tt $(,)? } $($rest:tt)*) => { $crate::typed::OneWay };
    (@ways $step:tt outcomes $outcomes:tt $($rest:tt)*) => { $crate::typed::Outcomes<super::outcome::$step> };
    (@ways $step:tt next $to:tt $($rest:tt)*) => { $crate::typed::OneWay };
    (@ways $step:tt $part:ident $what:tt $($rest:tt)*) => { $crate::typed::private::__procedure!(@ways $step $($rest)*) };
    (@ways $step:tt) => { $crate::typed::NoWayOn };
    (@ways_back $step:tt returns $returns:tt $($rest:tt)*) => { $crate::typed::ReturnsTo<super::back::$step> };
    (@ways_back $step:tt $part:ident $what:tt $($rest:tt)*) => { $crate::typed::private::__procedure!(@ways_back $step $($rest)*) };
    (@ways_back $step:tt) => { $crate::typed::NoReturn };

    // Their enums.
    (@outcome $step:tt outcomes { $only:tt = $id:literal : $what:tt $(,)? }) => {};
    (@outcome $step:tt outcomes { $($outcome:tt = $id:literal : $what:tt),* $(,)? }) => {
        $crate::typed::private::__procedure! { @named "outcome" $step
            /// The outcomes of the step of this name.
            { $([concat!("Outcome `", $id, "`.")] $outcome = $id),* }
        }
    };
    (@outcome $step:tt $part:ident $what:tt) => {};
    (@back $step:tt returns { $($outcome:tt = $id:literal : $what:tt),* $(,)? }) => {
        $crate::typed::private::__procedure! { @named "return" $step
            /// Where the step of this name can return work.
            { $([concat!("Return `", $id, "`.")] $outcome = $id),* }
        }
    };
    (@back $step:tt returns [$($to:tt),* $(,)?]) => {
        $crate::typed::private::__procedure! { @named "return" $step
            /// Where the step of this name can return work.
            { $([concat!("Back to the step `", stringify!($to), "`.")] $to = super::Step::$to.id()),* }
        }
    };
    (@back $step:tt returns $to:tt) => { $crate::typed::private::__procedure! { @back $step returns [$to] } };
    (@back $step:tt $part:ident $what:tt) => {};

    // Texts.
    (@first $text:literal) => { $text };
    (@first (source : $source:literal, $language:tt : $text:literal $($rest:tt)*)) => { $text };
    (@first ($language:tt : $text:literal $($rest:tt)*)) => { $text };
    (@words (source : $source:literal, $($language:tt : $text:literal),+ $(,)?)) => {
        $crate::typed::private::Words::Tagged {
            source: Some($source),
            languages: &[$(($crate::typed::private::__procedure!(@language $language), $text)),+],
        }
    };
    (@words ($($language:tt : $text:literal),+ $(,)?)) => {
        $crate::typed::private::Words::Tagged {
            source: None,
            languages: &[$(($crate::typed::private::__procedure!(@language $language), $text)),+],
        }
    };
    (@words $text:tt) => { $crate::typed::private::Words::Plain($text) };
    (@language $language:ident) => { stringify!($language) };
    (@language $language:literal) => { $language };

    (@external) => { false };
    (@external external) => { true };
    (@target end) => { $crate::typed::private::END };
    (@target $step:ident) => { Step::$step as u16 };
    (@use $document:ident) => {
        $crate::typed::private::DeclaredUse { document: Document::$document as u16, wording: None }
    };
    (@use $document:ident $wording:tt) => {
        $crate::typed::private::DeclaredUse {
            document: Document::$document as u16,
            wording: Some($crate::typed::private::__procedure!(@words $wording)),
        }
    };
    (@alternative $role:ident) => { Role::$role.id() };
    (@alternative $text:literal) => { $text };
    (@outcomes $($id:literal { $($key:ident : $value:tt),* $(,)? })*) => {
        &[$($crate::typed::private::DeclaredOutcome {
            id: Some($id),
            $($key: $crate::typed::private::__procedure!(@of_outcome $key $value),)*
            ..$crate::typed::private::DeclaredOutcome::BLANK
        }),*]
    };
    (@of_outcome outputs $documents:tt) => { Some($crate::typed::private::__procedure!(@value outputs $documents)) };
    (@of_outcome $key:ident $value:tt) => { $crate::typed::private::__procedure!(@value $key $value) };

    // The value of each key.
    (@value role $role:tt) => { Some(Role::$role as u16) };
    (@value supervisors [$($role:ident),* $(,)?]) => { &[$(Role::$role as u16),*] };
    (@value supervisors $role:ident) => { &[Role::$role as u16] };
    (@value start $step:ident) => { Some(Step::$step as u16) };
    (@value cancels [$($step:ident),* $(,)?]) => { &[$(Step::$step as u16),*] };
    (@value cancels $step:ident) => { &[Step::$step as u16] };
    (@value next [$($to:ident),* $(,)?]) => { &[$($crate::typed::private::__procedure!(@target $to)),*] };
    (@value next $to:ident) => { &[$crate::typed::private::__procedure!(@target $to)] };
    (@value to $to:tt) => { $crate::typed::private::__procedure!(@value next $to) };
    (@value inputs [$($document:ident $(: $wording:tt)?),* $(,)?]) => {
        &[$($crate::typed::private::__procedure!(@use $document $($wording)?)),*]
    };
    (@value inputs $document:ident) => { &[$crate::typed::private::__procedure!(@use $document)] };
    (@value outputs $documents:tt) => { $crate::typed::private::__procedure!(@value inputs $documents) };
    (@value outcomes { $($outcome:tt = $id:literal : $what:tt),* $(,)? }) => {
        $crate::typed::private::__procedure!(@outcomes $($id $what)*)
    };
    (@value returns { $($outcome:tt = $id:literal : $what:tt),* $(,)? }) => {
        $crate::typed::private::__procedure!(@outcomes $($id $what)*)
    };
    (@value returns [$($to:ident),* $(,)?]) => {
        &[$($crate::typed::private::DeclaredOutcome {
            to: &[Step::$to as u16],
            ..$crate::typed::private::DeclaredOutcome::BLANK
        }),*]
    };
    (@value returns $to:ident) => { $crate::typed::private::__procedure!(@value returns [$to]) };
    (@value time ($count:literal $unit:ident)) => {
        Some($crate::typed::private::times::amount($count, $crate::typed::private::units::$unit))
    };
    (@value time ($count:literal $unit:ident $kind:ident)) => {
        Some($crate::typed::private::times::amount($count, $crate::typed::private::units::$unit::$kind))
    };
    (@value time ($times:literal x $count:literal $unit:ident)) => {
        Some($crate::typed::private::times::product($times, $count, $crate::typed::private::units::$unit))
    };
    (@value time ($times:literal x $count:literal $unit:ident $kind:ident)) => {
        Some($crate::typed::private::times::product($times, $count, $crate::typed::private::units::$unit::$kind))
    };
    (@value time ($least:literal - $most:literal $unit:ident)) => {
        Some($crate::typed::private::times::range($least, $most, $crate::typed::private::units::$unit))
    };
    (@value time ($least:literal - $most:literal $unit:ident $kind:ident)) => {
        Some($crate::typed::private::times::range($least, $most, $crate::typed::private::units::$unit::$kind))
    };
    (@value time $word:ident) => { Some($crate::typed::private::times::$word) };
    (@value join $count:literal) => { $crate::typed::private::Join::NOf($count) };
    (@value join $join:ident) => { $crate::typed::private::Join::$join };
    (@value endorsement $endorsement:ident) => { Some($crate::typed::private::Endorsement::$endorsement) };
    (@value day $day:ident) => { $crate::time::DayPolicy::$day };
    (@value version $version:literal) => { $version };
    (@value made $day:literal) => { Some($crate::typed::private::day($day)) };
    (@value revised $day:literal) => { Some($crate::typed::private::day($day)) };
    (@value effective $day:literal) => { Some($crate::typed::private::day($day)) };
    (@value number $text:literal) => { Some($text) };
    (@value words $text:literal) => { Some($text) };
    (@value name $text:literal) => { Some($text) };
    (@value nip $text:literal) => { Some($text) };
    (@value post $text:tt) => { $crate::typed::private::__procedure!(@words $text) };
    (@value unit $text:tt) => { Some($crate::typed::private::__procedure!(@words $text)) };
    (@value note $text:tt) => { Some($crate::typed::private::__procedure!(@words $text)) };
    (@value label $text:tt) => { Some($crate::typed::private::__procedure!(@words $text)) };
    (@value legal_basis [$($text:tt),* $(,)?]) => { &[$($crate::typed::private::__procedure!(@words $text)),*] };
    (@value qualifications $texts:tt) => { $crate::typed::private::__procedure!(@value legal_basis $texts) };
    (@value related $texts:tt) => { $crate::typed::private::__procedure!(@value legal_basis $texts) };
    (@value equipment $texts:tt) => { $crate::typed::private::__procedure!(@value legal_basis $texts) };
    (@value warnings $texts:tt) => { $crate::typed::private::__procedure!(@value legal_basis $texts) };
    (@value records $texts:tt) => { $crate::typed::private::__procedure!(@value legal_basis $texts) };
    (@value approver { $($key:ident : $value:tt),* $(,)? }) => {
        Some($crate::typed::private::DeclaredApprover {
            $($key: $crate::typed::private::__procedure!(@value $key $value),)*
            ..$crate::typed::private::DeclaredApprover::BLANK
        })
    };
    (@value evidence [$({ $($key:ident : $value:tt),* $(,)? }),* $(,)?]) => {
        &[$($crate::typed::private::DeclaredEvidence {
            $($key: $crate::typed::private::__procedure!(@value $key $value),)*
            ..$crate::typed::private::DeclaredEvidence::BLANK
        }),*]
    };
    (@value about $about:ident) => { Some($crate::typed::private::About::$about) };
    (@value confidence $confidence:ident) => { Some($crate::typed::private::Confidence::$confidence) };
    (@value alternatives [$($alternative:tt),* $(,)?]) => { &[$($crate::typed::private::__procedure!(@alternative $alternative)),*] };
    (@value direct $is:tt) => { $is };
    // The compiler tells which part was meant, or what the value should be.
    (@value $key:ident $value:ident) => { $crate::typed::private::parts::$key };
    (@value $key:ident $value:tt) => { $value };
}
