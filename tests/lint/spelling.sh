#!/bin/sh
# Words that are often misspelt, and small words that stand twice.
set -u
top=$(cd "${top_srcdir:-$(dirname "$0")/../..}" && pwd)
. "$top/tests/tap.sh"
cd "$top" || exit 1

texts()
{
    for file in README NEWS bootstrap configure.ac Makefile.am; do
        echo "$file"
    done
    find docs -type f
    find src tests bench \( -name '*.[ch]' -o -name '*.sh' \)
}

prose()
{
    texts | grep -v '^tests/lint/spelling\.sh$' | sort
}

# Taken from what spell checkers of source code find most often.
misspelt='accomodate|acheive|adress|agressive|allready|alot|apparant|arguement'
misspelt="$misspelt|authentification|availible|basicly|begining|beleive"
misspelt="$misspelt|calender|cannonical|comming|commited|compatability"
misspelt="$misspelt|concious|consistant|convinient|definately|dependancy"
misspelt="$misspelt|desciption|diffrent|enviroment|existance|explicitely"
misspelt="$misspelt|familar|foward|grammer|guarentee|happend"
misspelt="$misspelt|immediatly|implementaion|independant|initalize|lenght"
misspelt="$misspelt|libary|maintainance|mesage|neccessary|noticable|occured"
misspelt="$misspelt|ommit|optionnal|paramter|posible|preceeding|prefered"
misspelt="$misspelt|priviledge|proccess|publically|recieve|recomend|refered"
misspelt="$misspelt|resonable|responce|retreive|seperate|similiar|succesful"
misspelt="$misspelt|sucess|supress|teh|threshhold|transfered|truely|unkown"
misspelt="$misspelt|untill|usefull|usualy|wether|whithin|wich|writeable"

wrong_words()
{
    prose | xargs grep -niwE "$misspelt" | head -n 20
}

doubled()
{
    prose | xargs grep -niE \
        '\b(the|a|an|of|to|in|is|it|and|or|for|on|by|with|be|are) \1\b' |
        head -n 20
}

tap_verdict 'no word is misspelt that often is' "$(wrong_words)"
tap_verdict 'no small word stands twice' "$(doubled)"
tap_done
